-- A copy of a database sends nothing and takes no reports: port 9 discards whatever reaches it.
UPDATE sms_kannel_gateway
   SET url = 'http://127.0.0.1:9/', password = NULL, report_secret = md5(random()::text);
