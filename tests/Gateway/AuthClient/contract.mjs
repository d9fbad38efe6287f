// Runs the official Supabase Auth client through its everyday life against a gateway: node contract.mjs http://127.0.0.1:8080/auth/v1
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { AuthClient, isAuthApiError, isAuthSessionMissingError, isAuthWeakPasswordError } from '@supabase/auth-js';

const url = process.argv[2];

function storage() {
  const items = new Map();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => { items.set(key, value); },
    removeItem: (key) => { items.delete(key); },
  };
}

// Each is one browser of its own.
const browser = () => new AuthClient({ url, storage: storage(), storageKey: randomUUID(), autoRefreshToken: false, persistSession: true });

const someone = () => ({ email: `${randomUUID()}@example.com`, password: 'correct horse battery' });

function ok({ data, error }) {
  assert.equal(error, null, error && `${error.name} ${error.status} ${error.code}: ${error.message}`);
  return data;
}

function refused({ error }, status, code) {
  assert.ok(error, 'an error was expected');
  assert.deepEqual([error.status, error.code], [status, code], `${error.name}: ${error.message}`);
  assert.ok(error.message && !error.message.startsWith('{'), `a message for people: ${error.message}`);
  return error;
}

const scenarios = {
  async 'signs up, reads the user and keeps the metadata'() {
    const client = browser();
    const { email, password } = someone();
    const events = [];
    const { data: { subscription } } = client.onAuthStateChange((event) => { events.push(event); });
    const { user, session } = ok(await client.signUp({ email, password, options: { data: { name: 'Ada' } } }));
    assert.equal(user.email, email);
    assert.equal(user.aud, 'authenticated');
    assert.equal(user.user_metadata.name, 'Ada');
    assert.equal(user.identities[0].provider, 'email');
    assert.ok(session.expires_at > Date.now() / 1000);
    assert.equal(ok(await client.getUser()).user.id, user.id);
    assert.equal(ok(await client.getSession()).session.access_token, session.access_token);
    assert.equal(ok(await client.getUserIdentities()).identities.length, 1);
    assert.equal(ok(await client.getClaims()).claims.sub, user.id);
    assert.ok(events.includes('SIGNED_IN'), events.join());
    subscription.unsubscribe();
  },

  async 'signs in from another browser'() {
    const { email, password } = someone();
    const { user } = ok(await browser().signUp({ email, password }));
    const other = browser();
    assert.equal(ok(await other.signInWithPassword({ email, password })).user.id, user.id);
    assert.equal(ok(await other.getUser()).user.id, user.id);
  },

  async 'refreshes, and takes a session over'() {
    const client = browser();
    const first = ok(await client.signUp(someone())).session;
    const second = ok(await client.refreshSession()).session;
    assert.notEqual(second.refresh_token, first.refresh_token);
    assert.equal(ok(await client.getUser()).user.id, first.user.id);
    const other = browser();
    const taken = ok(await other.setSession({ access_token: second.access_token, refresh_token: second.refresh_token })).session;
    assert.equal(taken.user.id, first.user.id);
    // An expired access token is refreshed by the client itself.
    const third = ok(await browser().refreshSession({ refresh_token: second.refresh_token })).session;
    assert.notEqual(third.refresh_token, second.refresh_token);
  },

  async 'a refresh token that comes back ends the session'() {
    const [client, thief] = [browser(), browser()];
    const { session } = ok(await client.signUp(someone()));
    ok(await client.refreshSession());
    refused(await thief.refreshSession({ refresh_token: session.refresh_token }), 400, 'refresh_token_already_used');
    const { error } = await client.getUser();
    assert.ok(isAuthSessionMissingError(error), `${error?.name} ${error?.code}`);
  },

  async 'updates password, address and metadata'() {
    const client = browser();
    const { email, password } = someone();
    ok(await client.signUp({ email, password }));
    assert.deepEqual(ok(await client.updateUser({ data: { theme: 'dark' } })).user.user_metadata.theme, 'dark');
    const next = someone().email;
    assert.equal(ok(await client.updateUser({ email: next })).user.email, next);
    ok(await client.updateUser({ password: 'quite another one' }));
    refused(await browser().signInWithPassword({ email: next, password }), 400, 'invalid_credentials');
    ok(await browser().signInWithPassword({ email: next, password: 'quite another one' }));
    refused(await client.updateUser({ password: 'quite another one' }), 422, 'same_password');
  },

  async 'signs out here, elsewhere and everywhere'() {
    const account = someone();
    const [here, there] = [browser(), browser()];
    ok(await here.signUp(account));
    ok(await there.signInWithPassword(account));
    ok(await here.signOut({ scope: 'others' }));
    assert.ok((await there.refreshSession()).error);
    ok(await here.getUser());
    ok(await there.signInWithPassword(account));
    ok(await here.signOut({ scope: 'local' }));
    assert.equal(ok(await here.getSession()).session, null);
    ok(await there.getUser());
    ok(await there.signOut());
    assert.equal(ok(await there.getSession()).session, null);
  },

  async 'understands why something was refused'() {
    const account = someone();
    ok(await browser().signUp(account));
    refused(await browser().signUp(account), 422, 'user_already_exists');
    const wrong = refused(await browser().signInWithPassword({ ...account, password: 'wrong' }), 400, 'invalid_credentials');
    assert.ok(isAuthApiError(wrong));
    refused(await browser().signInWithPassword({ ...someone() }), 400, 'invalid_credentials');
    const { error: weak } = await browser().signUp({ ...someone(), password: 'short' });
    assert.ok(isAuthWeakPasswordError(weak), weak?.name);
    assert.deepEqual(weak.reasons, ['length']);
    refused(await browser().signUp({ email: 'no address', password: 'correct horse' }), 400, 'validation_failed');
    refused(await browser().signInAnonymously(), 422, 'anonymous_provider_disabled');
    refused(await browser().getUser('not a token'), 403, 'bad_jwt');
    const { error: missing } = await browser().getUser();
    assert.ok(isAuthSessionMissingError(missing), missing?.name);
  },
};

let failed = 0;
for (const [name, scenario] of Object.entries(scenarios)) {
  try {
    await scenario();
    console.log(`ok ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`not ok ${name}\n${error.stack}`);
  }
}
console.log(`${Object.keys(scenarios).length - failed} of ${Object.keys(scenarios).length}`);
process.exitCode = failed === 0 ? 0 : 1;
