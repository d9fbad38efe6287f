-- The models an AI agent can use, with what a token costs (USD). Written per million tokens, as the providers state it.
-- cost_per_cached_token: a prompt token read from the provider's cache; NULL where the provider states none.
-- config: max_output_tokens, other names of the same model, and long_context where a long prompt costs more.

-- A default that moves to another model would meet the old one in the unique index, so the old one goes first.
UPDATE public.ai_models SET is_default = false
WHERE is_default AND model_id NOT IN ('gpt-5-nano', 'claude-sonnet-4-20250514', 'gemini-2.5-flash');

INSERT INTO public.ai_models AS m (
  name, provider, model_id, version, cost_per_input_token, cost_per_cached_token, cost_per_output_token, max_context_tokens,
  supports_vision, supports_function_calling, supports_streaming, model_capabilities, config, is_active, is_default)
SELECT name, provider, model_id, version, input * 0.000001, cached * 0.000001, output * 0.000001, context_size,
  true, true, true, capabilities::jsonb, config::jsonb, true, is_default
FROM (VALUES
  ('GPT-5', 'openai', 'gpt-5', '2025-08-07', 1.25, 0.125, 10, 400000, false,
    '{"input": ["text", "image"], "output": ["text"], "reasoning": true, "structured_output": true, "prompt_caching": true}',
    '{"max_output_tokens": 128000, "aliases": ["gpt-5-2025-08-07"]}'),
  ('GPT-5 Mini', 'openai', 'gpt-5-mini', '2025-08-07', 0.25, 0.025, 2, 400000, false,
    '{"input": ["text", "image"], "output": ["text"], "reasoning": true, "structured_output": true, "prompt_caching": true}',
    '{"max_output_tokens": 128000, "aliases": ["gpt-5-mini-2025-08-07"]}'),
  ('GPT-5 Nano', 'openai', 'gpt-5-nano', '2025-08-07', 0.05, 0.005, 0.40, 400000, true,
    '{"input": ["text", "image"], "output": ["text"], "reasoning": true, "structured_output": true, "prompt_caching": true}',
    '{"max_output_tokens": 128000, "aliases": ["gpt-5-nano-2025-08-07"]}'),
  ('Claude Sonnet 4', 'anthropic', 'claude-sonnet-4-20250514', '20250514', 3, 0.30, 15, 200000, true,
    '{"input": ["text", "image"], "output": ["text"], "reasoning": true, "structured_output": false, "prompt_caching": true}',
    '{"max_output_tokens": 64000, "aliases": ["claude-sonnet-4-0"]}'),
  ('Claude Haiku 3.5', 'anthropic', 'claude-3-5-haiku-20241022', '20241022', 0.80, 0.08, 4, 200000, false,
    '{"input": ["text", "image"], "output": ["text"], "reasoning": false, "structured_output": false, "prompt_caching": true}',
    '{"max_output_tokens": 8192, "aliases": ["claude-3-5-haiku-latest"]}'),
  ('Gemini 2.5 Pro', 'google', 'gemini-2.5-pro', '2.5', 1.25, NULL, 10, 1048576, false,
    '{"input": ["text", "image", "audio", "video"], "output": ["text"], "reasoning": true, "structured_output": true, "prompt_caching": false}',
    '{"max_output_tokens": 65536, "long_context": {"above_prompt_tokens": 200000, "cost_per_input_token": 0.0000025, "cost_per_output_token": 0.000015}}'),
  ('Gemini 2.5 Flash', 'google', 'gemini-2.5-flash', '2.5', 0.30, NULL, 2.5, 1048576, true,
    '{"input": ["text", "image", "audio", "video"], "output": ["text"], "reasoning": true, "structured_output": true, "prompt_caching": false}',
    '{"max_output_tokens": 65536}'),
  ('Gemini 2.5 Flash Lite', 'google', 'gemini-2.5-flash-lite', '2.5', 0.10, NULL, 0.40, 1048576, false,
    '{"input": ["text", "image", "audio", "video"], "output": ["text"], "reasoning": true, "structured_output": true, "prompt_caching": false}',
    '{"max_output_tokens": 65536}')
) AS model (name, provider, model_id, version, input, cached, output, context_size, is_default, capabilities, config)
ON CONFLICT (provider, model_id) DO UPDATE SET
  name = EXCLUDED.name, version = EXCLUDED.version, cost_per_input_token = EXCLUDED.cost_per_input_token,
  cost_per_cached_token = EXCLUDED.cost_per_cached_token, cost_per_output_token = EXCLUDED.cost_per_output_token,
  max_context_tokens = EXCLUDED.max_context_tokens, supports_vision = EXCLUDED.supports_vision,
  supports_function_calling = EXCLUDED.supports_function_calling, supports_streaming = EXCLUDED.supports_streaming,
  model_capabilities = EXCLUDED.model_capabilities, config = EXCLUDED.config, is_active = EXCLUDED.is_active, is_default = EXCLUDED.is_default
WHERE (m.name, m.version, m.cost_per_input_token, m.cost_per_cached_token, m.cost_per_output_token, m.max_context_tokens, m.supports_vision,
    m.supports_function_calling, m.supports_streaming, m.model_capabilities, m.config, m.is_active, m.is_default)
  IS DISTINCT FROM (EXCLUDED.name, EXCLUDED.version, EXCLUDED.cost_per_input_token, EXCLUDED.cost_per_cached_token,
    EXCLUDED.cost_per_output_token, EXCLUDED.max_context_tokens, EXCLUDED.supports_vision, EXCLUDED.supports_function_calling,
    EXCLUDED.supports_streaming, EXCLUDED.model_capabilities, EXCLUDED.config, EXCLUDED.is_active, EXCLUDED.is_default);
