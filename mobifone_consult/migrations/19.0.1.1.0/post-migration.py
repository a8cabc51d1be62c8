def migrate(cr, version):
    """The registration items became the managers', nothing loads over them any more: what is new in them comes here."""
    cr.execute(
        """
        UPDATE mobifone_registration_item item SET is_required = item.code != 'owner_mismatch', legal_basis = CASE
               WHEN item.code = 'portrait' THEN 'Nghị định 49/2017/NĐ-CP; Nghị định 174/2026/NĐ-CP'
               WHEN item.code IN ('full_name', 'birth_date', 'document_number')
                   THEN 'Nghị định 49/2017/NĐ-CP; Thông tư 08/2026/TT-BKHCN'
               WHEN item.code != 'owner_mismatch' THEN 'Nghị định 49/2017/NĐ-CP' END
          FROM ir_model_data data
         WHERE data.model = 'mobifone.registration.item' AND data.res_id = item.id
           AND data.module = 'mobifone_consult' AND NOT data.noupdate
        """
    )
    cr.execute(
        """UPDATE ir_model_data SET noupdate = TRUE
            WHERE module = 'mobifone_consult' AND model = 'mobifone.registration.item'"""
    )
