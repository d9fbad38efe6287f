import { clock, duration, el, moment, status, table } from './dom.js';
import { api, signIn, signOut, user } from './session.js';
import { follow } from './stream.js';

const ENDED = ['SUCCESS', 'ERROR', 'CANCELED', 'TIMEOUT'];
const main = document.getElementById('main');
let leaving = new AbortController();

const views = [
  [/^#\/executions\/([^/?]+)$/, showExecution],
  [/^#\/executions(?:\?workflow=(.+))?$/, showExecutions],
  [/^#\/(?:workflows)?$/, showWorkflows],
];

async function show() {
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  notice('');
  document.getElementById('nav').hidden = !user();
  document.getElementById('who').textContent = user()?.email ?? '';
  const address = location.hash || '#/';
  for (const link of document.querySelectorAll('nav a')) {
    link.toggleAttribute('aria-current', address.startsWith(link.getAttribute('href')));
  }
  if (!user()) {
    render(signInForm());
    return;
  }
  const [pattern, view] = views.find(([candidate]) => candidate.test(address)) ?? views.at(-1);
  try {
    await view(signal, ...(pattern.exec(address)?.slice(1) ?? []));
  } catch (error) {
    if (signal.aborted) return;
    if (!user()) show();
    else notice(error.status === 404 ? 'There is no such thing here, or it belongs to somebody else.' : error.message);
  }
}

const render = (...children) => main.replaceChildren(...children);

function notice(text) {
  const element = document.getElementById('notice');
  element.textContent = text;
  element.hidden = !text;
}

function signInForm() {
  const submit = async (event) => {
    event.preventDefault();
    const buttons = form.querySelectorAll('button');
    buttons.forEach((button) => { button.disabled = true; });
    try {
      await signIn(form.email.value, form.password.value, event.submitter?.value === 'new');
      show();
    } catch (error) {
      notice(error.message);
    } finally {
      buttons.forEach((button) => { button.disabled = false; });
    }
  };
  const form = el('form', { class: 'card narrow', onsubmit: submit },
    el('h1', {}, 'Sign in'),
    el('label', {}, 'E-mail', el('input', { name: 'email', type: 'email', autocomplete: 'username', required: true, autofocus: true })),
    el('label', {}, 'Password', el('input', { name: 'password', type: 'password', autocomplete: 'current-password', minlength: 8, required: true })),
    el('div', { class: 'row' },
      el('button', { type: 'submit', value: 'known' }, 'Sign in'),
      el('button', { type: 'submit', value: 'new', class: 'quiet' }, 'Create account')));
  return form;
}

async function showWorkflows(signal) {
  const { workflows } = await api('/workflows?limit=100', { signal });
  render(
    el('h1', {}, 'Workflows'),
    table(['Name', 'Last run', 'When', ''], workflows.map((workflow) => [
      [el('strong', {}, workflow.name), el('br'), el('small', {}, workflow.description ?? '')],
      status(workflow.latest_execution_status),
      workflow.latest_execution_id
        ? el('a', { href: `#/executions/${encodeURIComponent(workflow.latest_execution_id)}` }, moment(workflow.latest_execution_time) || 'open')
        : '',
      el('div', { class: 'row' },
        el('button', { type: 'button', class: 'quiet', onclick: () => run(workflow.id) }, 'Run'),
        el('a', { href: `#/executions?workflow=${workflow.id}` }, 'History')),
    ]), 'No workflows yet. POST one to /api/v1/app/workflows, and it appears here.'));
}

async function run(workflowId) {
  try {
    const started = await api(`/workflows/${workflowId}/executions`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() },
      body: '{}',
    });
    location.hash = `#/executions/${encodeURIComponent(started.execution_id)}`;
  } catch (error) {
    notice(error.message);
  }
}

async function showExecutions(signal, workflowId) {
  const filter = workflowId ? `&workflow_id=${encodeURIComponent(workflowId)}` : '';
  const { executions } = await api(`/executions?limit=100${filter}`, { signal });
  render(
    el('h1', {}, 'Executions'),
    table(['Workflow', 'Status', 'Started', 'Took', ''], executions.map((execution) => [
      execution.workflow_name, status(execution.status), moment(execution.start_time ?? execution.created_at),
      execution.end_time ? duration(execution.start_time, execution.end_time) : '',
      el('a', { href: `#/executions/${encodeURIComponent(execution.execution_id)}` }, 'Timeline'),
    ]), 'Nothing has run yet.'));
}

async function showExecution(signal, id) {
  const path = `/executions/${id}`;
  const log = el('ol', { class: 'log' });
  const summary = el('section');
  let asked = false;

  // Events say that something changed; what it is now is read whole, at most a few times a second.
  const refresh = async () => {
    if (asked) return;
    asked = true;
    await new Promise((done) => { setTimeout(done, 200); });
    asked = false;
    if (!signal.aborted) summary.replaceChildren(...describe(await api(path, { signal })));
  };

  const first = await api(path, { signal });
  summary.replaceChildren(...describe(first));
  render(summary, el('h2', {}, 'Events'), el('div', { class: 'card' }, log));

  await follow(`/api/v1/app${path}/events`, ({ type, data }) => {
    const atEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 8;
    log.append(el('li', { class: /failed|timeout/.test(type) || data.level === 'ERROR' ? 'bad' : '' },
      el('time', {}, clock(data.timestamp)), data.user_friendly_message ?? data.message ?? type));
    if (atEnd) log.scrollTop = log.scrollHeight;
    refresh().catch(() => {});
  }, signal);
  summary.replaceChildren(...describe(await api(path, { signal })));
}

function describe(execution) {
  const fact = (name, value) => el('div', {}, el('span', {}, name), value);
  const waiting = execution.waiting_for;
  return [
    el('div', { class: 'row' }, el('h1', {}, execution.workflow_name ?? 'Execution'), status(execution.status),
      ENDED.includes(execution.status) ? null : el('button', { type: 'button', class: 'quiet', onclick: () => cancel(execution.execution_id) }, 'Cancel')),
    el('div', { class: 'facts' },
      fact('Started', moment(execution.start_time) || 'not yet'),
      fact('Took', duration(execution.start_time, execution.end_time)),
      fact('Mode', (execution.mode ?? '').toLowerCase()),
      fact('Id', execution.execution_id),
      waiting ? fact('Waiting for', `${waiting.reason}${waiting.until ? ` until ${moment(waiting.until)}` : ''}`) : null),
    execution.error_message ? el('p', { class: 'failure' }, execution.error_message) : null,
    table(['Node', 'Status', 'Started', 'Took', 'Data'], (execution.node_executions ?? []).map((node) => [
      [el('strong', {}, node.node_name ?? node.node_id), el('br'), el('small', {}, [node.node_type, node.node_subtype].filter(Boolean).join(' · '))],
      status(node.status), clock(node.start_time), node.end_time ? duration(node.start_time, node.end_time) : '',
      [['Input', node.input_data], ['Output', node.output_data], ['Error', node.error_data]]
        .filter(([, value]) => value != null)
        .map(([name, value]) => el('details', {}, el('summary', {}, name), el('pre', {}, JSON.stringify(value, null, 2)))),
    ]), 'No node has run yet.'),
  ].filter(Boolean);
}

async function cancel(id) {
  try {
    await api(`/executions/${encodeURIComponent(id)}/cancel`, { method: 'POST' });
  } catch (error) {
    notice(error.message);
  }
}

document.getElementById('sign-out').addEventListener('click', async () => {
  await signOut().catch(() => {});
  show();
});
addEventListener('hashchange', show);
show();
