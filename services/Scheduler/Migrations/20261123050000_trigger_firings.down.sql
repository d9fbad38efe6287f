ALTER TABLE public.workflow_triggers
  DROP CONSTRAINT missed_count_not_negative,
  DROP COLUMN missed_count,
  DROP COLUMN last_missed_at,
  DROP COLUMN last_error_at;
ALTER TABLE public.trigger_index DROP COLUMN workflow_version;
DROP TABLE public.trigger_firings;
