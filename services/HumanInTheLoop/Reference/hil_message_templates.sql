-- What is written to people when a node brings no texts of its own. One wording per occasion; only e-mail has a subject. The channel that
-- sends it escapes the values for its own format: {{content}} may have been written by anybody.
INSERT INTO public.hil_message_templates (template_name, channel_type, message_type, subject_template, body_template, available_variables)
SELECT 'default', channel, message_type, CASE channel WHEN 'email' THEN subject END, body,
  ARRAY(SELECT DISTINCT variable[1] FROM regexp_matches(CASE channel WHEN 'email' THEN subject ELSE '' END || body, '\{\{(\w+)\}\}', 'g') variable
    ORDER BY 1)
FROM unnest(ARRAY['slack', 'email', 'webhook', 'in_app']) channel, (VALUES
  ('request', 'Your answer is needed: {{title}}',
    E'{{title}}\n\n{{message}}\n\n{{content}}\n\nAnswer by {{timeout_at}}: {{answer_url}}\nWorkflow: {{workflow_name}}'),
  ('warning', 'Still waiting for your answer: {{title}}',
    E'{{title}} is still waiting for an answer and ends at {{timeout_at}}.\n\nAnswer: {{answer_url}}'),
  ('approved', 'Approved: {{title}}', 'Approved by {{responder}}: {{title}}. {{workflow_name}} goes on.'),
  ('rejected', 'Rejected: {{title}}', 'Rejected by {{responder}}: {{title}}. Reason: {{reason}}'),
  ('completed', 'Answered: {{title}}', 'Answered by {{responder}}: {{title}}. {{workflow_name}} goes on.'),
  ('timeout', 'Ended without an answer: {{title}}',
    'Nobody answered "{{title}}" by {{timeout_at}}. What happens now: {{timeout_action}}'),
  ('escalated', 'Passed on to you: {{title}}',
    E'"{{title}}" has not been answered and is now yours.\n\n{{message}}\n\nAnswer by {{timeout_at}}: {{answer_url}}'),
  ('cancelled', 'No answer is needed any more: {{title}}', '"{{title}}" was cancelled. No answer is needed any more.'),
  ('clarification', 'Is this your answer? {{title}}',
    E'You wrote: "{{reply}}"\n\n{{understood}} {{how}}\n\nOr answer here: {{answer_url}}')
) occasion (message_type, subject, body)
ON CONFLICT ON CONSTRAINT hil_message_templates_name_key DO UPDATE
  SET subject_template = excluded.subject_template, body_template = excluded.body_template, available_variables = excluded.available_variables
  WHERE (hil_message_templates.subject_template, hil_message_templates.body_template, hil_message_templates.available_variables)
    IS DISTINCT FROM (excluded.subject_template, excluded.body_template, excluded.available_variables);
