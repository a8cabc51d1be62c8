"""All facts about one line, read by a function of the database.

It asks in small steps, and only those that this line needs: Odoo takes the plans from a connection whenever it goes
back to its pool, and planning one statement of a dozen tables took three times as long as all these steps together.
"""

from odoo.tools import SQL

FUNCTION = "mobifone_line_facts"


def create(cr) -> None:
    """(Re)make the function: of one line, by its number in E.164 or by its id; the other is NULL."""
    cr.execute(SQL("DROP FUNCTION IF EXISTS %s", SQL.identifier(FUNCTION)))
    cr.execute(
        SQL(
            """
            CREATE FUNCTION %(name)s(number varchar, line_id integer) RETURNS TABLE (
                id integer, msisdn varchar, payment_mode varchar, line_status varchar,
                usage_class varchar, commitment_type varchar, owner_unit varchar,
                app_status varchar, app_installed_on timestamp, device_class varchar,
                registration_state varchar, registration_missing varchar, locked_until timestamp,
                locked_channel varchar, locked_consultation_id integer, locked_vendor_id integer,
                locked_user_id integer, locked_name varchar, is_blacklisted boolean,
                occupation_code integer, occupation_name varchar, request_state varchar,
                request_submitted_on timestamp, request_due_on timestamp,
                request_decided_on timestamp, request_reason varchar
            ) LANGUAGE plpgsql STABLE ROWS 1 AS $$
            #variable_conflict use_column
            <<facts>>
            DECLARE
                customer_id integer;
                device_on timestamp;
                papers_on timestamp;
                note record;
                reason_id integer;
            BEGIN
                -- Assignments one by one would each be planned, too.
                SELECT line.id, line.msisdn, line.payment_mode, line.line_status, line.usage_class,
                       line.commitment_type, line.owner_unit, line.app_status,
                       CASE WHEN line.app_status = 'installed' THEN line.app_installed_on END,
                       line.device_class, line.registration_state, line.registration_missing,
                       line.partner_id, line.device_class_on, line.registration_on
                  INTO id, msisdn, payment_mode, line_status, usage_class, commitment_type, owner_unit, app_status,
                       app_installed_on, device_class, registration_state, registration_missing,
                       customer_id, device_on, papers_on
                  FROM mobifone_subscriber line
                 WHERE line.msisdn = number OR line.id = line_id;
                IF NOT FOUND THEN
                    RETURN;
                END IF;

                -- What an agent noted counts when it is younger than what the feed says of the same.
                FOR note IN
                    SELECT topic, value, noted_on FROM mobifone_subscriber_note
                     WHERE subscriber_id = %(name)s.id
                LOOP
                    IF note.topic = 'device_class' AND note.noted_on > coalesce(device_on, '-infinity') THEN
                        device_class := note.value;
                    ELSIF note.topic = 'registration_state' AND note.noted_on > coalesce(papers_on, '-infinity') THEN
                        registration_state := note.value;
                    END IF;
                END LOOP;

                SELECT until, channel, consultation_id INTO locked_until, locked_channel, locked_consultation_id
                  FROM mobifone_consult_lease
                 WHERE subscriber_id = %(name)s.id AND until > clock_timestamp() AT TIME ZONE 'UTC';
                IF locked_consultation_id IS NOT NULL THEN
                    SELECT holder.vendor_id, holder.user_id, coalesce(agent.name, person.name)
                      INTO locked_vendor_id, locked_user_id, locked_name
                      FROM mobifone_consultation holder
                 LEFT JOIN mobifone_agent agent ON agent.id = holder.agent_id
                 LEFT JOIN res_users account ON account.id = holder.user_id
                 LEFT JOIN res_partner person ON person.id = account.partner_id
                     WHERE holder.id = locked_consultation_id;
                END IF;

                is_blacklisted := EXISTS (
                    SELECT FROM phone_blacklist WHERE phone_blacklist.number = %(name)s.msisdn AND active);

                IF facts.customer_id IS NOT NULL THEN
                    SELECT occupation.code, occupation.name INTO occupation_code, occupation_name
                      FROM res_partner customer
                      JOIN mobifone_occupation occupation ON occupation.id = customer.occupation_id
                     WHERE customer.id = facts.customer_id;
                END IF;

                SELECT request.state, request.submitted_on, request.due_on, request.decided_on, request.reject_reason_id
                  INTO request_state, request_submitted_on, request_due_on, request_decided_on, reason_id
                  FROM mobifone_registration request
                 WHERE request.subscriber_id = %(name)s.id
              ORDER BY request.id DESC
                 LIMIT 1;
                IF reason_id IS NOT NULL THEN
                    SELECT name INTO request_reason FROM mobifone_rejection_reason WHERE id = facts.reason_id;
                END IF;
                RETURN NEXT;
            END $$
            """,
            name=SQL.identifier(FUNCTION),
        )
    )


def fetch(cr, number: str | None, line_id: int | None) -> dict | None:
    """The facts by column; None when there is no such line."""
    cr.execute(SQL("SELECT * FROM %s(%s, %s)", SQL.identifier(FUNCTION), number, line_id))
    return next(iter(cr.dictfetchall()), None)
