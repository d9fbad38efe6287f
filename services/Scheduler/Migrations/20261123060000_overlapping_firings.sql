-- Before a clock's firing is handed over, two things are asked about its trigger: is an earlier firing still undecided, and which one was started last. Both are
-- found at once, however many firings a trigger that strikes every second has left behind.
CREATE INDEX idx_trigger_firings_waiting ON public.trigger_firings (workflow_id, node_id, due_at, id) WHERE status = 'queued' AND overlap_policy <> 'allow';
CREATE INDEX idx_trigger_firings_last_started ON public.trigger_firings (workflow_id, node_id, due_at DESC) WHERE status = 'started';
