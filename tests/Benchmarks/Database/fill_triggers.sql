-- One trigger per workflow: mostly addresses and clocks. A Slack workspace or a repository starts a handful of workflows.
SELECT benchmark.load('public.trigger_index', $rows$
  INSERT INTO public.trigger_index (workflow_id, user_id, node_id, trigger_type, trigger_subtype, trigger_config, index_key, deployment_status,
    is_active, next_fire_at)
  SELECT id, user_id, 'node_1', 'TRIGGER', subtype, json_build_object('kind', subtype, 'number', number),
    CASE subtype WHEN 'WEBHOOK' THEN '/hook/' || md5(id::text) WHEN 'CRON' THEN number % 60 || ' ' || number % 24 || ' * * *'
      WHEN 'SLACK' THEN 'T' || number WHEN 'GITHUB' THEN 'somebody/repository-' || number ELSE 'box' || number || '@example.org' END,
    CASE WHEN share > 0.97 THEN 'failed' WHEN share > 0.9 THEN 'inactive' ELSE 'active' END, number % 50 > 0,
    CASE subtype WHEN 'CRON' THEN now() + interval '1 day' * random() END
  FROM (SELECT w.id, u.id AS user_id, w.number, random() AS share,
          CASE WHEN w.template < 150 THEN 'WEBHOOK' WHEN w.template < 300 THEN 'CRON' WHEN w.template < 325 THEN 'SLACK'
            WHEN w.template < 345 THEN 'GITHUB' ELSE 'EMAIL' END AS subtype
        FROM benchmark.workflows w JOIN benchmark.users u USING (rank) ORDER BY w.created_at) t
$rows$);
