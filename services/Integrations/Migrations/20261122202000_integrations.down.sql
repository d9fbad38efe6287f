DROP TABLE public.oauth_states;
DROP TABLE public.user_external_credentials;
DROP TABLE public.oauth_tokens;
DROP TABLE public.integrations;
