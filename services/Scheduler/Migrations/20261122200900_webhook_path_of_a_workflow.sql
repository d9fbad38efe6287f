-- A path that begins with a workflow's id is that workflow's, deployed or not: its address is known before the first deployment. The bare
-- default of the node's parameter would be the first comer's, who would get what is meant for everybody who left it as it was.
ALTER TABLE public.trigger_index ADD CONSTRAINT webhook_path_is_nobody_elses CHECK (
  trigger_subtype <> 'WEBHOOK' OR (lower(index_key COLLATE "C") <> '/webhook'
    AND coalesce(substring(lower(index_key COLLATE "C") FROM '^/webhook/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:/|$)'),
      workflow_id::text) = workflow_id::text));
