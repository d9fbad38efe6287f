-- What is written to people, per channel and occasion. The rows are reference rows of the product; a node may bring its own texts.
CREATE TABLE public.hil_message_templates (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  template_name varchar(100) NOT NULL,
  channel_type varchar(50) NOT NULL,
  message_type varchar(50) NOT NULL,
  subject_template text,
  body_template text NOT NULL,
  available_variables text[] NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT hil_message_templates_name_key UNIQUE (template_name, channel_type, message_type),
  CONSTRAINT valid_template_channel CHECK (channel_type IN ('slack', 'email', 'webhook', 'in_app')),
  CONSTRAINT valid_message_type CHECK (
    message_type IN ('request', 'warning', 'approved', 'rejected', 'completed', 'timeout', 'escalated', 'cancelled')),
  CONSTRAINT template_not_empty CHECK (template_name <> '' AND body_template <> ''),
  CONSTRAINT email_has_a_subject CHECK (channel_type <> 'email' OR subject_template IS NOT NULL)
);
CREATE TRIGGER hil_message_templates_touch_updated_at BEFORE UPDATE ON public.hil_message_templates
  FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

ALTER TABLE public.hil_message_templates ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "Human-in-the-loop reads every template" ON public.hil_message_templates FOR SELECT TO human_in_the_loop_service USING (true);
CREATE POLICY "Reference rows are written by the owner" ON public.hil_message_templates TO aiteams_owner USING (true) WITH CHECK (true);
GRANT SELECT ON public.hil_message_templates TO human_in_the_loop_service;
