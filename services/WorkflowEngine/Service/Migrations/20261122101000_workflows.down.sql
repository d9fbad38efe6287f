DROP TABLE public.idempotency_keys;
DROP TABLE public.node_connections;
DROP TABLE public.nodes;
DROP TABLE public.workflow_versions;
DROP TABLE public.workflows;
DROP FUNCTION public.touch_workflow();
