// Who is signed in, and calls on their behalf. The session lives in this browser; the page's policy lets no other script near it.
const KEY = 'aiteams.session';

let session = read();
let refreshing = null;

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY));
  } catch {
    return null;
  }
}

function keep(next) {
  session = next;
  if (next) localStorage.setItem(KEY, JSON.stringify(next));
  else localStorage.removeItem(KEY);
}

// Another tab signed in, refreshed or out: its tokens are the ones that work now.
addEventListener('storage', (event) => {
  if (event.key === KEY) session = read();
});

export const user = () => session?.user ?? null;

export async function signIn(email, password, isNew) {
  keep(await auth(isNew ? 'signup' : 'token?grant_type=password', { email, password }));
}

export async function signOut() {
  try {
    await call('/auth/v1/logout?scope=local', { method: 'POST' });
  } finally {
    keep(null);
  }
}

export async function api(path, options) {
  const answer = await call(`/api/v1/app${path}`, options);
  return answer.status === 204 ? null : answer.json();
}

/** Calls with the user's token and throws what a person can read when the answer is a refusal. */
export async function call(path, options = {}) {
  const send = async () => fetch(path, {
    ...options,
    headers: { ...options.headers, ...(session && { Authorization: `Bearer ${session.access_token}` }) },
  });
  if (session && session.expires_at * 1000 < Date.now() + 30_000) await refresh();
  let answer = await send();
  if (answer.status === 401 && session && await refresh()) answer = await send();
  if (!answer.ok) throw await refusal(answer);
  return answer;
}

async function auth(path, body) {
  const answer = await fetch(`/auth/v1/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Supabase-Api-Version': '2024-01-01' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw await refusal(answer);
  return answer.json();
}

// A refresh token works once. Of several tabs one refreshes at a time, and the others then find its result in storage.
function refresh() {
  refreshing ??= exclusively(async () => {
    const current = read();
    if (current && current.refresh_token !== session?.refresh_token) {
      session = current;
      return true;
    }
    try {
      keep(await auth('token?grant_type=refresh_token', { refresh_token: session.refresh_token }));
      return true;
    } catch (error) {
      if (error.status >= 400 && error.status < 500 && error.status !== 429) keep(null);
      return false;
    }
  }).finally(() => { refreshing = null; });
  return refreshing;
}

const exclusively = (work) => (navigator.locks ? navigator.locks.request(KEY, work) : work());

async function refusal(answer) {
  let problem = {};
  try {
    problem = await answer.json();
  } catch {
    // not JSON: the status has to do
  }
  const error = new Error(problem.detail ?? problem.msg ?? problem.title ?? `The server answered ${answer.status}.`);
  error.status = answer.status;
  return error;
}
