/**
 * The edge to VS Code: what it calls, what it shows, what it stores. What is decided here is what a person sees; everything
 * else stands in the folders below and knows nothing of VS Code.
 */
import * as vscode from 'vscode';
import type { Strategy } from '../accounts/selection/selection';
import { type Endpoints, isRegion, isTrustedAddress } from '../base/endpoints';
import { KiroError } from '../base/errors';
import { isRecord } from '../base/json';
import type { Resending } from '../kiro/chat/resending';
import type { Timeouts } from '../kiro/chat/timeouts';
import type { BudgetLimits } from '../usage/budget';
import { type numberSettings, numberWithin, overrideOf } from './settingOverrides';

const section = 'kiroModels';
const services = ['runtime', 'management', 'oidc', 'social', 'portal'] as const;

/** The settings, read anew at each use: a change needs no restart. The environment overrides some of them. */
export class Settings {
  constructor(private readonly env: Readonly<Record<string, string | undefined>>) {}

  /** Empty where the usual places are to be searched. */
  kiroCliDatabasePath(): string {
    return this.text('kiroCli.databasePath');
  }

  /** Which account a new conversation goes to. */
  accountStrategy(): Strategy {
    return this.get('accountStrategy', 'sticky');
  }

  /** Whether a request passes on to another account where one's credits or login are at their end. */
  failover(): 'on' | 'off' {
    return this.get('failover', false) ? 'on' : 'off';
  }

  /** What to do when somebody signs in to Kiro CLI anew. */
  kiroCliWatch(): 'off' | 'ask' | 'auto' {
    return this.get('kiroCli.watch', 'ask');
  }

  /** Whether renewed tokens of a shared login are given back to the program it is shared with. */
  writeBack(): 'on' | 'off' {
    return this.get('linkedAccounts.writeBack', true) ? 'on' : 'off';
  }

  /** False where a site allows imports only. */
  interactiveLogin(): boolean {
    return this.get('login.interactive', true);
  }

  /** The person's IAM Identity Center; each empty where it is to be asked for or found out. */
  sso(): { startUrl: string; region: string; profileArn: string } {
    return {
      startUrl: this.text('sso.startUrl'),
      region: this.text('sso.region'),
      profileArn: this.text('sso.profileArn'),
    };
  }

  /** The service's region for accounts whose profile does not tell. */
  region(): string {
    const region = this.get('region', 'us-east-1');
    return isRegion(region) ? region : 'us-east-1';
  }

  /** How long before its expiry a token is renewed, in milliseconds. */
  refreshMarginMs(): number {
    return this.number('token.refreshMarginSeconds') * 1000;
  }

  timeouts(): Timeouts {
    const firstToken = this.number('request.firstTokenTimeoutSeconds');
    return {
      // Unset: as long as the model may take.
      firstTokenMs: firstToken === null ? undefined : firstToken * 1000,
      idleMs: this.number('request.idleTimeoutSeconds') * 1000,
      totalMs: this.number('request.timeoutSeconds') * 1000,
    };
  }

  resending(): Resending {
    return {
      times: this.number('request.maxRetries'),
      delayMs: this.number('request.retryDelaySeconds') * 1000,
    };
  }

  /** Whether a reply whose tool call was cut off goes on by itself. */
  continuation(): 'on' | 'off' {
    return this.get('request.continueCutReplies', true) ? 'on' : 'off';
  }

  /** What the person wants to spend at most, in credits. */
  budget(): BudgetLimits {
    return {
      day: this.number('budget.creditsPerDay') ?? undefined,
      month: this.number('budget.creditsPerMonth') ?? undefined,
    };
  }

  /** The id of the model that writes commit messages; empty for the cheapest suitable one. */
  commitMessageModel(): string {
    return this.text('commitMessage.model');
  }

  /** The person's own names for models: each leads to a family or to a model's id. */
  aliases(): Record<string, string> {
    const given = this.get<unknown>('aliases', {});
    const entries = Object.entries(isRecord(given) ? given : {});
    return Object.fromEntries(
      entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  }

  /** The account that the budget is for, by its e-mail or label; empty for all of them. */
  budgetAccount(): string {
    return this.text('budget.account');
  }

  /** Whether what chats used is kept on this machine. */
  keepsUsageHistory(): boolean {
    return this.get('usage.keepHistory', true);
  }

  /** How often the reading of what is left is tried again. */
  usageRetries(): number {
    return this.number('usage.maxRetries');
  }

  /** What the log says of requests: nothing, a line of figures each, or all that people and models write, too. */
  logsRequests(): 'off' | 'figures' | 'full' {
    const mode = this.get<unknown>('log.requests', 'figures');
    return mode === 'off' || mode === 'full' ? mode : 'figures';
  }

  /** When the status bar says what is left. */
  statusBarCredits(): 'always' | 'low' | 'never' {
    return this.get('statusBar.credits', 'low');
  }

  shareContentWithAws(): boolean {
    return this.get('shareContentWithAws', false);
  }

  /** Throws KiroError `protocol` with reason `bad-endpoint` where an override is neither https nor loopback. */
  endpoints(): Endpoints {
    const given = this.get<Record<string, unknown>>('endpoints', {});
    const endpoints: Endpoints = {};
    for (const service of services) {
      const url = given[service];
      if (url === undefined || url === '') continue;
      if (!isTrusted(url)) throw new KiroError('protocol', { reason: 'bad-endpoint', detail: service });
      endpoints[service] = url;
    }
    return endpoints;
  }

  private number<S extends keyof typeof numberSettings>(name: S) {
    return numberWithin(name, this.get<unknown>(name, undefined));
  }

  // VS Code hands over what stands in the file, of whatever type.
  private text(name: string): string {
    const value = this.get<unknown>(name, '');
    return typeof value === 'string' ? value.trim() : '';
  }

  private get<T>(name: string, fallback: T): T {
    const override = overrideOf(name, this.env);
    if (override) return override.value as T;
    // A workspace has no say, whatever the host makes of the scope that the manifest gives a setting.
    const { globalValue, defaultValue } = vscode.workspace.getConfiguration(section).inspect<T>(name) ?? {};
    return globalValue ?? defaultValue ?? fallback;
  }
}

// A token must not travel unencrypted, except to this very machine; nobody but the person names this address.
function isTrusted(value: unknown): value is string {
  return typeof value === 'string' && isTrustedAddress(value, value);
}
