DROP TABLE public.hil_mailboxes;
DROP INDEX public.idx_hil_deliveries_place;
