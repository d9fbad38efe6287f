DROP FUNCTION public.cleanup_old_conversation_buffers(integer);
DROP FUNCTION public.append_conversation_message(text, text, text, jsonb, integer);
DROP TABLE public.conversation_summaries;
DROP TABLE public.conversation_buffers;
