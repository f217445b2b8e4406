-- Which sheet of a workbook was read; NULL for a CSV. Old code neither writes nor reads it.
ALTER TABLE upload ADD COLUMN sheet text;
