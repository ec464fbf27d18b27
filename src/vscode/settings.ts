import * as vscode from 'vscode';
import type { Endpoints } from '../base/endpoints';
import { KiroError } from '../base/errors';
import type { Timeouts } from '../kiro/client';

const section = 'kiroModels';
const services = ['runtime', 'management', 'oidc', 'social', 'portal'] as const;

/** The settings, read anew at each use: a change needs no restart. */
export const settings = {
  /** Empty where the usual places are to be searched. */
  kiroCliDatabasePath: (): string => get('kiroCli.databasePath', ''),

  /** False where a site allows imports only. */
  interactiveLogin: (): boolean => get('login.interactive', true),

  /** The person's IAM Identity Center; each empty where it is to be asked for or found out. */
  sso: (): { startUrl: string; region: string } => ({
    startUrl: get('sso.startUrl', ''),
    region: get('sso.region', ''),
  }),

  timeouts: (): Timeouts => ({
    firstTokenMs: get('request.firstTokenTimeoutSeconds', 180) * 1000,
    idleMs: get('request.idleTimeoutSeconds', 300) * 1000,
  }),

  shareContentWithAws: (): boolean => get('shareContentWithAws', false),

  /** Throws KiroError `protocol` with reason `bad-endpoint` where an override is neither https nor loopback. */
  endpoints: (): Endpoints => {
    const given = get<Record<string, unknown>>('endpoints', {});
    const endpoints: Endpoints = {};
    for (const service of services) {
      const url = given[service];
      if (url === undefined || url === '') continue;
      if (!isTrusted(url)) throw new KiroError('protocol', { reason: 'bad-endpoint', detail: service });
      endpoints[service] = url;
    }
    return endpoints;
  },
};

function get<T>(name: string, fallback: T): T {
  return vscode.workspace.getConfiguration(section).get<T>(name) ?? fallback;
}

// A token must not travel unencrypted, except to this very machine.
function isTrusted(value: unknown): value is string {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol, hostname, username, password } = new URL(value);
  if (username || password) return false;
  return (
    protocol === 'https:' || (protocol === 'http:' && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname))
  );
}
