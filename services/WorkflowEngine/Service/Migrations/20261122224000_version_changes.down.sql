ALTER TABLE public.workflow_versions DROP COLUMN restored_from, DROP COLUMN changes;
