/** Models, profiles and usage, under the paths of both generations and as AWS-JSON. */
import type { SimulatedAccount } from './account';
import { enums } from './enums';
import { httpError, notAuthorized, validationError } from './httpErrors';
import type { Operation } from './operations';
import type { Received } from './received';
import { type HttpReply, isRecord, json } from './reply';
import { regionOfProfile, serviceAt } from './services';
import type { UsageLimits } from './usage';

type Parameters = Record<string, string | undefined>;
type ManagementOperation = Extract<Operation, 'models' | 'profiles' | 'usage'>;

const byPath: Record<string, ManagementOperation> = {
  'GET /List-Available-Models': 'models',
  'GET /ListAvailableModels': 'models',
  'POST /List-Available-Profiles': 'profiles',
  'GET /Get-Usage-Limits': 'usage',
  'GET /getUsageLimits': 'usage',
};
const byTarget: Record<string, ManagementOperation> = {
  ListAvailableModels: 'models',
  ListAvailableProfiles: 'profiles',
  GetUsageLimits: 'usage',
};

/** Which management operation a request means; undefined if none. */
export function managementOperation(request: Received): ManagementOperation | undefined {
  const known = byPath[`${request.method} ${request.path}`];
  if (known) return known;
  if (request.method !== 'POST' || request.path !== '/') return undefined;
  const [, name = ''] =
    /AmazonCodeWhispererService\.(\w+)$/.exec(request.headers['x-amz-target'] ?? '') ?? [];
  return byTarget[name];
}

/** The answer to a management operation of this account. `pageSize` is the most a page holds. */
export function manage(
  operation: ManagementOperation,
  request: Received,
  account: SimulatedAccount,
  pageSize: number,
): HttpReply {
  const parameters = parametersOf(request);
  if (operation !== 'profiles') {
    const { origin, profileArn } = parameters;
    if (origin === undefined && operation === 'models') {
      return validationError(null, '1 validation error detected: origin is required.');
    }
    if (origin !== undefined && !enums['Origin']?.includes(origin)) {
      return validationError(null, `1 validation error detected: ${origin} is no origin.`);
    }
    if (profileArn !== undefined && !ownsProfile(account, profileArn)) return notAuthorized();
  }
  switch (operation) {
    case 'models':
      return modelPage(account, parameters, pageSize);
    case 'profiles':
      return profilePage(account, request, parameters, pageSize);
    case 'usage':
      return usageAnswer(account.usage, parameters);
  }
}

function modelPage(account: SimulatedAccount, parameters: Parameters, pageSize: number): HttpReply {
  return page('models', account.models, parameters, pageSize, {
    ...(account.models[0] ? { defaultModel: account.models[0] } : {}),
  });
}

function profilePage(
  account: SimulatedAccount,
  request: Received,
  parameters: Parameters,
  pageSize: number,
): HttpReply {
  if (!Array.isArray(account.profiles)) return account.profiles;
  // A profile is listed only in its own region.
  const region = serviceAt(request.host)?.region;
  const here = account.profiles.filter(({ arn }) => !region || regionOfProfile(arn) === region);
  return page('profiles', here, parameters, pageSize);
}

function usageAnswer(usage: UsageLimits, { isEmailRequired, resourceType }: Parameters): HttpReply {
  const { userInfo, usageBreakdownList, ...rest } = usage;
  return json(200, {
    ...rest,
    usageBreakdownList: usageBreakdownList?.filter(
      (breakdown) => resourceType !== 'CREDIT' || breakdown.resourceType === 'CREDIT',
    ),
    userInfo:
      isEmailRequired === 'true'
        ? userInfo
        : userInfo?.userId === undefined
          ? undefined
          : { userId: userInfo.userId },
  });
}

function page(
  name: string,
  all: unknown[],
  { nextToken, maxResults }: Parameters,
  pageSize: number,
  more: Record<string, unknown> = {},
): HttpReply {
  const start = nextToken === undefined ? 0 : offsetOf(nextToken);
  if (start === undefined) return validationError(null, 'Invalid nextToken.');
  const end = start + Math.min(pageSize, Number(maxResults ?? pageSize) || pageSize);
  return json(200, {
    [name]: all.slice(start, end),
    ...more,
    ...(end < all.length ? { nextToken: tokenOf(end) } : {}),
  });
}

// Opaque to a client, and good only as a whole.
function tokenOf(offset: number): string {
  return Buffer.from(`page:${offset}`).toString('base64');
}
function offsetOf(token: string): number | undefined {
  const match = /^page:(\d+)$/.exec(Buffer.from(token, 'base64').toString('utf8'));
  return match ? Number(match[1]) : undefined;
}

function ownsProfile(account: SimulatedAccount, arn: string): boolean {
  const listed = Array.isArray(account.profiles) ? account.profiles.map((profile) => profile.arn) : [];
  return arn === account.profileArn || listed.includes(arn);
}

function parametersOf(request: Received): Parameters {
  const body = isRecord(request.body) ? request.body : {};
  return {
    ...Object.fromEntries(Object.entries(body).map(([name, value]) => [name, String(value)])),
    ...Object.fromEntries(request.query),
  };
}

/** The answer to a path or target nobody serves. */
export function unknownOperation(): HttpReply {
  return httpError({ status: 404, type: 'UnknownOperationException', message: 'Unknown operation.' });
}
