-- What a version changed of the one before, counted when it is saved: the list of versions then need not read their documents.
ALTER TABLE public.workflow_versions
  ADD COLUMN restored_from integer,
  ADD COLUMN changes jsonb,
  ADD CONSTRAINT workflow_versions_restored_from_earlier CHECK (restored_from > 0 AND restored_from < version);
