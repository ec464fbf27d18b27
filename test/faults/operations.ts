import type { OidcGrant } from '../../src/auth/awsSsoOidc';
import { pollDeviceToken, registerClient, startDeviceAuthorization } from '../../src/auth/awsSsoOidc';
import type { DeviceAuthorization } from '../../src/auth/deviceFlow';
import { refreshLogin } from '../../src/auth/refresh';
import { SpentTokens } from '../../src/auth/spentTokens';
import type { AuthCall } from '../../src/auth/tokenEndpoint';
import type { Endpoints } from '../../src/base/endpoints';
import type { Fetch } from '../../src/base/http';
import { chatOf, collect, connect, modelOf } from '../fixtures/kiroService';
import { loginOf } from '../fixtures/logins';
import { silentLogger } from '../fixtures/silentLogger';
import type { SimulatedAccount } from '../simulator/account';
import type { Simulator } from '../simulator/simulator';
import { closing, reasoning, text } from '../simulator/steps';

/** How an operation reaches the service. */
export interface Way {
  endpoints: Endpoints;
  fetch: Fetch;
  signal: AbortSignal;
}

/** One thing that the extension asks of the service. */
export interface Operation {
  /** How often a request may be sent before the operation fails. */
  mostRequests: number;
  run(way: Way): Promise<unknown>;
  /** Whatever the service needs so that it can answer. */
  prepare?(): void;
}

/** A service with accounts, and everything that is asked of it. */
export async function operationsOn(simulator: Simulator, folder: string): Promise<Record<string, Operation>> {
  const google = simulator.addAccount({ method: 'google', email: 'dev@example.com' });
  const builderId = simulator.addAccount({ method: 'builder-id', email: 'me@example.com' });
  const call = ({ endpoints, fetch, signal }: Way): AuthCall => ({
    http: { fetch, userAgent: 'kiro-chat-models/test' },
    endpoints,
    now: () => Date.now(),
    signal,
  });
  const usual: Way = { endpoints: simulator.endpoints, fetch, signal: new AbortController().signal };
  const client = await registerClient('us-east-1', call(usual));
  const device = await approved(simulator, client, call(usual), builderId);
  const refresh = (account: SimulatedAccount): Operation => ({
    // A refresh token is never sent twice unless nobody can have read it.
    mostRequests: 1,
    run: (way) => {
      // What a token has come to is remembered per run: each begins with a token that was never sent.
      const spent = new SpentTokens(`${folder}/${Math.random()}`, silentLogger);
      return refreshLogin(loginOf(account), { ...call(way), spent });
    },
  });
  const service = (way: Way) =>
    connect({ endpoints: way.endpoints, fetch: simulator.fetch }, google, {
      fetch: way.fetch,
      timeouts: { firstTokenMs: 300, idleMs: 300, totalMs: 2_000 },
    });
  return {
    'refresh, social': refresh(google),
    'refresh, OIDC': refresh(builderId),
    registration: { mostRequests: 1, run: (way) => registerClient('us-east-1', call(way)) },
    'device poll': { mostRequests: 1, run: (way) => pollDeviceToken(client, device, call(way)) },
    catalog: { mostRequests: 8, run: (way) => service(way).management.models(way) },
    profiles: { mostRequests: 16, run: (way) => service(way).management.profiles(way) },
    usage: { mostRequests: 8, run: (way) => service(way).management.usageLimits(way) },
    chat: {
      mostRequests: 3,
      run: (way) =>
        collect(
          service(way).client.chat(chatOf('Hi'), modelOf(google, 'claude-opus-4.8'), {
            accountId: google.id,
            signal: way.signal,
          }),
        ),
      prepare: () => simulator.script(reasoning(['Well.']), text('Hello, ', 'Ada.'), closing()),
    },
  };
}

/** A device code that a person has approved: polling for it grants tokens each time until it is used. */
async function approved(
  simulator: Simulator,
  client: OidcGrant,
  call: AuthCall,
  account: SimulatedAccount,
): Promise<DeviceAuthorization> {
  const device = await startDeviceAuthorization(client, call);
  simulator.approveDevice(device.userCode, account);
  return device;
}
