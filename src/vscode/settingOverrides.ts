import { strategies } from '../accounts/selection/selection';

/** What the settings that are numbers may be, as the manifest says, and what they are where nothing fit is set. */
export const numberSettings = {
  // The platform itself gives up a response that is silent for longer.
  'request.firstTokenTimeoutSeconds': { from: 10, to: 300, otherwise: null },
  'request.idleTimeoutSeconds': { from: 10, to: 300, otherwise: 300 },
  'request.timeoutSeconds': { from: 60, to: 3600, otherwise: 3600 },
  'request.maxRetries': { from: 0, to: 10, otherwise: 2 },
  'request.retryDelaySeconds': { from: 1, to: 60, otherwise: 1 },
  'token.refreshMarginSeconds': { from: 30, to: 900, otherwise: 600 },
  'usage.maxRetries': { from: 0, to: 5, otherwise: 3 },
  'budget.creditsPerDay': { from: 0, to: 1_000_000, otherwise: null },
  'budget.creditsPerMonth': { from: 0, to: 1_000_000, otherwise: null },
} as const;

/** A setting's number within its limits, whatever stands in the settings file. */
export function numberWithin<S extends keyof typeof numberSettings>(
  setting: S,
  value: unknown,
): number | (typeof numberSettings)[S]['otherwise'] {
  const { from, to, otherwise } = numberSettings[setting];
  return typeof value === 'number' && Number.isFinite(value)
    ? Math.min(to, Math.max(from, value))
    : otherwise;
}

/**
 * Environment variables that override a setting, for machines that are set up by scripts. The names are those that a
 * widely used plugin for Kiro accounts in another editor understands. Three of its names have no meaning here:
 * `KIRO_AUTH_SERVER_PORT_START` and `_RANGE`, because Kiro sends a browser back to fixed ports only, and
 * `KIRO_MAX_REQUEST_ITERATIONS`, because every way to send a request again has an end of its own.
 */
export const overrides: Readonly<Record<string, Override>> = {
  region: text('KIRO_DEFAULT_REGION'),
  accountStrategy: {
    names: ['KIRO_ACCOUNT_SELECTION_STRATEGY'],
    read: (value) => strategies.find((strategy) => strategy === value),
  },
  'kiroCli.watch': {
    names: ['KIRO_AUTO_SYNC_KIRO_CLI'],
    read: (value) => ({ true: 'auto', 1: 'auto', false: 'off', 0: 'off' })[value],
  },
  'usage.keepHistory': yesOrNo('KIRO_USAGE_TRACKING_ENABLED'),
  'usage.maxRetries': number('usage.maxRetries', 'KIRO_USAGE_SYNC_MAX_RETRIES', 1),
  // What people write is logged where they ask for it in so many words.
  'log.requests': {
    names: ['KIRO_ENABLE_LOG_API_REQUEST'],
    read: (value) =>
      ({ true: 'figures', 1: 'figures', false: 'off', 0: 'off', full: 'full' })[value.toLowerCase()],
  },
  'sso.startUrl': text('KIRO_IDC_START_URL', 'KIRO_SSO_START_URL'),
  'sso.region': text('KIRO_IDC_REGION', 'KIRO_SSO_REGION'),
  'sso.profileArn': text('KIRO_IDC_PROFILE_ARN', 'KIRO_PROFILE_ARN'),
  'request.maxRetries': number('request.maxRetries', 'KIRO_RATE_LIMIT_MAX_RETRIES', 1),
  'request.retryDelaySeconds': number('request.retryDelaySeconds', 'KIRO_RATE_LIMIT_RETRY_DELAY_MS', 1000),
  'request.timeoutSeconds': number('request.timeoutSeconds', 'KIRO_REQUEST_TIMEOUT_MS', 1000),
  'token.refreshMarginSeconds': number('token.refreshMarginSeconds', 'KIRO_TOKEN_EXPIRY_BUFFER_MS', 1000),
};

/** How one setting is read from the environment. */
export interface Override {
  /** The first that is set counts. */
  names: readonly string[];
  /** The setting's value, or undefined for a text that is none: the setting then stays in force. */
  read: (text: string) => string | number | boolean | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What the environment says instead of a setting, and which variable says it; undefined where none does. */
export function overrideOf(
  setting: string,
  env: Environment,
): { name: string; value: string | number | boolean } | undefined {
  const { names, read } = overrides[setting] ?? { names: [], read: () => undefined };
  for (const name of names) {
    const value = read(env[name]?.trim() ?? '');
    if (value !== undefined) return { name, value };
  }
  return undefined;
}

function text(...names: string[]): Override {
  return { names, read: (value) => value || undefined };
}

function yesOrNo(...names: string[]): Override {
  return { names, read: (value) => ({ true: true, 1: true, false: false, 0: false })[value.toLowerCase()] };
}

/** A number whose variable has `per` units to one of the setting's. */
function number(setting: keyof typeof numberSettings, name: string, per: number): Override {
  return {
    names: [name],
    read: (value) => {
      const read = value === '' ? Number.NaN : Number(value) / per;
      return Number.isFinite(read) ? (numberWithin(setting, read) ?? undefined) : undefined;
    },
  };
}
