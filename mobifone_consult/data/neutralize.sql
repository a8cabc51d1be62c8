-- messages of a copy stay in it
INSERT INTO ir_config_parameter (key, value)
VALUES ('mobifone_consult.sms_local_outbox', 'True')
    ON CONFLICT (key) DO
       UPDATE SET value = 'True';
-- who watches the original reads nothing here
DELETE FROM ir_config_parameter
 WHERE key = 'mobifone_consult.metrics_token';
-- exchanges ring at the original's desks
UPDATE mobifone_pbx
   SET secret = NULL;
