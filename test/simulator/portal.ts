/** The portal: where a person enters or confirms a code, or says which organisation they are of. */
import type { DeviceCodes } from './deviceCodes';
import { identityClientId, identityProviderPath } from './identityProvider';
import type { Received } from './received';
import { type HttpReply, html, redirect } from './reply';

// Where the real portal may send a browser back to.
const ports = [3128, 4649, 6588, 8008, 9091, 49153, 50153, 51153, 52153, 53153];

/** Whether a program sends a browser here to sign in. */
export function isPortalSignIn({ method, path }: Received): boolean {
  return method === 'GET' && path === '/signin';
}

/** What the portal answers a person of an organisation: back to the program, with the organisation's identity provider. */
export function portalSignIn({ query }: Received, base: string): HttpReply {
  const redirectUri = query.get('redirect_uri') ?? '';
  const port = Number(/^http:\/\/localhost:(\d+)$/.exec(redirectUri)?.[1]);
  const fits =
    ports.includes(port) &&
    query.get('state') &&
    query.get('code_challenge') &&
    query.get('code_challenge_method') === 'S256' &&
    query.get('redirect_from');
  if (!fits) return page('This is not a sign-in of a program we know.', 400);
  const to = new URL(`${redirectUri}/signin/callback`);
  to.search = new URLSearchParams({
    login_option: 'external_idp',
    issuer_url: base + identityProviderPath,
    client_id: identityClientId,
    scopes: `api://${identityClientId}/codewhisperer:conversations offline_access`,
    login_hint: 'someone@example.org',
    state: query.get('state') ?? '',
  }).toString();
  return redirect(to.href);
}

/** The portal's answer to this request; undefined where it has no such page. */
export function portalPage(request: Received, codes: DeviceCodes): HttpReply | undefined {
  if (request.path !== '/device') return undefined;
  if (request.method === 'GET') return confirmation(request.query.get('user_code') ?? '', codes);
  if (request.method !== 'POST') return undefined;
  const form = new URLSearchParams(request.text);
  return decide(form.get('user_code') ?? '', form.get('decision') ?? '', codes);
}

function confirmation(userCode: string, codes: DeviceCodes): HttpReply {
  if (!codes.waiting.includes(userCode)) return page('No sign-in waits with this code.', 404);
  return page(`
    <p>A program asks to use your account. Confirm that it shows this code:</p>
    <h2>${userCode}</h2>
    <form method="post" action="/device">
      <input type="hidden" name="user_code" value="${userCode}">
      <button name="decision" value="approve">Allow access</button>
      <button name="decision" value="deny">Deny</button>
    </form>`);
}

function decide(userCode: string, decision: string, codes: DeviceCodes): HttpReply {
  if (!codes.waiting.includes(userCode)) return page('No sign-in waits with this code.', 404);
  if (decision === 'approve') {
    codes.approve(userCode);
    return page('Request approved. You can close this window.');
  }
  codes.deny(userCode);
  return page('Request denied. You can close this window.');
}

function page(content: string, status = 200): HttpReply {
  return html(
    status,
    `<!doctype html><meta charset="utf-8"><title>Simulated sign-in</title>
<body style="font: 16px system-ui; max-width: 30rem; margin: 4rem auto"><h1>Simulated sign-in</h1>${content}`,
  );
}
