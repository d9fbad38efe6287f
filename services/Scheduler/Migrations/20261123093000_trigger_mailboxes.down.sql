DROP TABLE public.trigger_mailboxes;
