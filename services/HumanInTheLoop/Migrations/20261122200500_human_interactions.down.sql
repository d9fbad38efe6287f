DROP FUNCTION public.get_expired_hil_interactions(integer, timestamptz);
DROP FUNCTION public.get_pending_hil_interactions(interval, boolean, integer, timestamptz);
DROP TABLE public.human_interactions;
