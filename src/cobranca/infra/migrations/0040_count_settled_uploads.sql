-- Files that were paid before are counted too. Safe while old code runs: it does not know the table.
INSERT INTO upload_settled_change (upload_id) SELECT upload_id FROM upload_settled WHERE paid IS NULL;
