import { strategies } from '../accounts/selection/selection';

/**
 * Environment variables that override a setting, for machines that are set up by scripts. The names are those that a
 * widely used plugin for Kiro accounts in another editor understands.
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
  'sso.startUrl': text('KIRO_IDC_START_URL', 'KIRO_SSO_START_URL'),
  'sso.region': text('KIRO_IDC_REGION', 'KIRO_SSO_REGION'),
  'sso.profileArn': text('KIRO_IDC_PROFILE_ARN', 'KIRO_PROFILE_ARN'),
  'request.maxRetries': number('KIRO_RATE_LIMIT_MAX_RETRIES', { from: 0, to: 10, per: 1 }),
  'request.retryDelaySeconds': number('KIRO_RATE_LIMIT_RETRY_DELAY_MS', { from: 1, to: 60, per: 1000 }),
  'request.timeoutSeconds': number('KIRO_REQUEST_TIMEOUT_MS', { from: 60, to: 3600, per: 1000 }),
  'token.refreshMarginSeconds': number('KIRO_TOKEN_EXPIRY_BUFFER_MS', { from: 30, to: 900, per: 1000 }),
};

/** How one setting is read from the environment. */
export interface Override {
  /** The first that is set counts. */
  names: readonly string[];
  /** The setting's value, or undefined for a text that is none: the setting then stays in force. */
  read: (text: string) => string | number | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What the environment says instead of a setting, and which variable says it; undefined where none does. */
export function overrideOf(
  setting: string,
  env: Environment,
): { name: string; value: string | number } | undefined {
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

function number(name: string, { from, to, per }: { from: number; to: number; per: number }): Override {
  return {
    names: [name],
    read: (value) => {
      const read = value === '' ? Number.NaN : Number(value) / per;
      return Number.isFinite(read) ? Math.min(to, Math.max(from, read)) : undefined;
    },
  };
}
