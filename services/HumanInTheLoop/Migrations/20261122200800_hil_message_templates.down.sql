DROP TABLE public.hil_message_templates;
