/** Requests as a client with no library at all would send them. */
import type { SimulatedAccount } from '../../simulator/account';
import type { Simulator } from '../../simulator/simulator';

/** The headers that say who is asking. */
export function bearer(account: SimulatedAccount): Record<string, string> {
  return {
    authorization: `Bearer ${account.accessToken}`,
    ...(account.tokenType ? { tokentype: account.tokenType } : {}),
  };
}

/** A chat request with this body. */
export function chat(simulator: Simulator, account: SimulatedAccount, body: unknown): Promise<Response> {
  return fetch(`${simulator.endpoints.runtime}/generateAssistantResponse`, {
    method: 'POST',
    headers: { ...bearer(account), 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** The smallest chat request there is. */
export function hello(account: SimulatedAccount, more: object = {}): object {
  return {
    conversationState: {
      currentMessage: { userInputMessage: { content: 'Hi', modelId: 'auto', origin: 'KIRO_CLI' } },
      chatTriggerType: 'MANUAL',
    },
    profileArn: account.profileArn,
    ...more,
  };
}

/** A POST with a JSON body. */
export function post(url: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

/** The beginning of a PNG of this size, which is all that the service looks at. */
export function png(width: number, height: number): Buffer {
  const header = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
  const size = Buffer.alloc(8);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  return Buffer.concat([header, size, Buffer.from([8, 6, 0, 0, 0])]);
}
