// A real OpenID provider for the tests: node oidc.mjs '{"redirectUri":"https://…/signin/callback"}'. Ends with its standard input.
// Prints one JSON line when it listens, {"issuer"}. Anybody may sign in; the password is "provider-pass". POST /faults sets, as JSON:
//   ignoreLogin: prompt and max_age are ignored, so that a session answers; clock: seconds that its clock is ahead;
//   reuse: a code that was redeemed is answered again; token: how ID tokens are spoilt (see spoil);
//   renamed: the name that every account bears.
import { createServer } from 'node:http';
import { Buffer } from 'node:buffer';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';

const { redirectUri } = JSON.parse(process.argv[2]);
const now = Date.now;
const redeemed = new Map();
let faults = {};
Date.now = () => now() + (faults.clock ?? 0) * 1000;

const algorithms = ['RS256', 'PS256', 'ES256'];
const keys = new Map();
for (const alg of algorithms) {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  keys.set(alg, { alg, kid: `key-${alg}`, use: 'sig', privateKey, ...(await exportJWK(privateKey)) });
}
const stranger = (await generateKeyPair('RS256')).privateKey;

const client = (client_id, id_token_signed_response_alg, token_endpoint_auth_method, redirect = redirectUri) => ({
  client_id,
  id_token_signed_response_alg,
  token_endpoint_auth_method,
  require_auth_time: true,
  redirect_uris: [redirect],
  ...(token_endpoint_auth_method === 'none' ? {} : { client_secret: 'the secret: 100% & more' }),
});

const server = createServer();
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [
    client('fleet', 'RS256', 'client_secret_basic'),
    client('fleet-post', 'PS256', 'client_secret_post'),
    client('fleet-public', 'ES256', 'none'),
    client('webmail', 'RS256', 'client_secret_basic', `${issuer}/webmail`),
  ],
  jwks: { keys: [...keys.values()].map(({ privateKey, ...jwk }) => jwk) },
  cookies: { keys: ['for tests alone'] },
  claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'upn'], email: ['email', 'email_verified'] },
  conformIdTokenClaims: false,
  enabledJWA: { idTokenSigningAlgValues: algorithms },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  pkce: { methods: ['S256'], required: (_, { clientId }) => clientId !== 'webmail' },
  findAccount: (_, accountId) => ({ accountId, claims: () => claimsOf(accountId) }),
  async loadExistingGrant({ oidc }) {
    const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
    grant.addOIDCScope('openid profile email');
    await grant.save();
    return grant;
  },
});

function claimsOf(sub) {
  const name = faults.renamed ?? sub.replace(/^subject-of-/, '');
  return { sub, name: `Nurse ${name}`, preferred_username: name, upn: `${name}@upn.example`, email: `${name}@ward.example`, email_verified: !name.startsWith('unverified') };
}

async function spoil(token) {
  const [header, payload] = token.split('.').slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url')));
  const { privateKey, alg } = keys.get(header.alg);
  const sign = (changes, key = privateKey) => new SignJWT({ ...payload, ...changes }).setProtectedHeader(header).sign(key);
  const seconds = Math.floor(Date.now() / 1000);
  switch (faults.token) {
    case undefined: return token;
    case 'nonce': return sign({ nonce: 'of-another-flow' });
    case 'audience': return sign({ aud: 'webmail' });
    case 'issuer': return sign({ iss: 'https://login.example' });
    case 'expired': return sign({ iat: seconds - 3600, exp: seconds - 120 });
    case 'noAuthTime': return sign({ auth_time: undefined });
    case 'bare': return sign({ name: undefined, preferred_username: undefined, upn: undefined, email: undefined, email_verified: undefined });
    case 'key': return new SignJWT(payload).setProtectedHeader({ ...header, alg: 'RS256' }).sign(stranger);
    case 'none': return `${Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url')}.${token.split('.')[1]}.`;
    case 'hmac': return new SignJWT(payload).setProtectedHeader({ ...header, alg: 'HS256' }).sign(Buffer.from('the secret: 100% & more'.padEnd(32)));
    default: throw new Error(`${alg}: no such fault ${faults.token}`);
  }
}

async function bodyOf(request) {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

const escape = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

async function interact(ctx) {
  const { uid, params } = await provider.interactionDetails(ctx.req, ctx.res);
  if (ctx.method === 'GET') {
    ctx.type = 'html';
    ctx.body = `<!doctype html><title>Provider</title><h1>Provider</h1><form method="post" action="/interaction/${uid}">
      <input name="login" value="${escape(params.login_hint ?? '')}"><input name="password" type="password"><button name="act" value="in">Sign in</button></form>
      <form method="post" action="/interaction/${uid}"><input type="hidden" name="act" value="cancel"><button>Cancel</button></form>`;
    return;
  }
  const form = new URLSearchParams(await bodyOf(ctx.req));
  const right = form.get('password') === 'provider-pass';
  const result = form.get('act') === 'cancel' ? { error: 'access_denied', error_description: 'cancelled' } : right ? { login: { accountId: `subject-of-${form.get('login')}` } } : {};
  ctx.respond = false;
  await provider.interactionFinished(ctx.req, ctx.res, result, { mergeWithLastSubmission: false });
}

provider.use(async (ctx, next) => {
  if (ctx.path === '/faults') {
    faults = JSON.parse(await bodyOf(ctx.req));
    ctx.status = 204;
  } else if (ctx.path === '/webmail') {
    ctx.body = 'your mail';
  } else if (ctx.path.startsWith('/interaction/')) {
    await interact(ctx);
  } else if (ctx.path === '/auth' && faults.ignoreLogin) {
    const { prompt, max_age, ...rest } = ctx.query;
    ctx.query = rest;
    await next();
  } else if (ctx.path === '/token') {
    await next();
    const code = ctx.oidc?.params?.code;
    if (ctx.body?.id_token) {
      ctx.body = { ...ctx.body, id_token: await spoil(ctx.body.id_token) };
      redeemed.set(code, ctx.body);
    } else if (faults.reuse && redeemed.has(code)) {
      ctx.status = 200;
      ctx.body = redeemed.get(code);
    }
  } else {
    await next();
  }
});

server.on('request', provider.callback());
process.stdin.on('end', () => process.exit()).resume();
process.stdout.write(JSON.stringify({ issuer }) + '\n');
