/** The page on which a person enters or confirms a code. */
import type { DeviceCodes } from './deviceCodes';
import type { Received } from './received';
import { type HttpReply, html } from './reply';

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
