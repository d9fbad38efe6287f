-- Execution monitoring: an execution and its node executions in the order they ran, as one row. Aggregated below the execution and not
-- joined to it: a join would group by every column of the execution, documents included. $1: the execution's id.
SELECT we.*,
  (SELECT coalesce(json_agg(ne ORDER BY coalesce(ne.start_time, ne.end_time), ne.position, ne.iteration, ne.node_id), '[]')
   FROM node_executions ne WHERE ne.execution_id = we.execution_id) AS node_executions
FROM workflow_executions we
WHERE we.execution_id = $1
