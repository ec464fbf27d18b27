/** The people of the simulated service. */
import { randomUUID } from 'node:crypto';
import {
  type AccountOptions,
  builderIdProfileArn,
  builderIdStartUrl,
  type Profile,
  SimulatedAccount,
  socialProfileArn,
} from './account';
import { defaultCatalog } from './catalog';
import { accessDenied } from './httpErrors';
import type { TokenIssuer } from './issuer';
import type { HttpReply } from './reply';
import { usageOf } from './usage';

const organisationProfileArn = 'arn:aws:codewhisperer:us-east-1:123456789012:profile/ORG0PROFILE1';
const scopes = ['codewhisperer:completions', 'codewhisperer:analysis', 'codewhisperer:conversations'];

export class Accounts {
  readonly all: SimulatedAccount[] = [];

  constructor(private readonly issuer: TokenIssuer) {}

  /** A new account with one login, as if it had signed in before on this machine. */
  add(options: AccountOptions): SimulatedAccount {
    const account = this.create(options);
    const client = account.usesOidc
      ? this.issuer.registerClient('Kiro CLI', scopes, account.ssoRegion)
      : undefined;
    this.issuer.signIn(account, client);
    return account;
  }

  /** A new account that has never signed in. */
  create(options: AccountOptions): SimulatedAccount {
    const userId = `d-9067642ac7.${randomUUID()}`;
    const { method, email, plan = 'KIRO PRO', used = 12.5 } = options;
    const profileArn = options.profileArn ?? defaultProfileArn(options);
    const account = new SimulatedAccount(userId, {
      ...options,
      ...(method === 'idc' ? { startUrl: options.startUrl ?? 'https://example-org.awsapps.com/start' } : {}),
      ...(profileArn === undefined ? {} : { profileArn }),
      profiles: defaultProfiles(options, profileArn),
      models: defaultCatalog(),
      usage: usageOf({ plan, used, userId, email, now: this.issuer.now() }),
    });
    this.all.push(account);
    return account;
  }

  /** The account that signs in at this start URL: the one that was added for it, or a new one. */
  atStartUrl(startUrl: string): SimulatedAccount {
    if (startUrl === builderIdStartUrl) return this.ofMethod('builder-id');
    return (
      this.all.find((account) => account.startUrl === startUrl) ??
      this.create({ method: 'idc', email: 'someone@example.org', startUrl })
    );
  }

  /** The first account of this method, or a new one. */
  ofMethod(method: AccountOptions['method']): SimulatedAccount {
    return (
      this.all.find((account) => account.method === method) ??
      this.create({ method, email: `${method}@example.com` })
    );
  }
}

function defaultProfileArn({ method }: AccountOptions): string | undefined {
  switch (method) {
    case 'builder-id':
      return builderIdProfileArn;
    case 'google':
    case 'github':
      return socialProfileArn;
    case 'idc':
    case 'external-idp':
      return organisationProfileArn;
    case 'api-key':
      return undefined;
  }
}

function defaultProfiles({ method }: AccountOptions, arn: string | undefined): Profile[] | HttpReply {
  switch (method) {
    case 'builder-id':
      return accessDenied('AWS Builder ID is not supported for this operation.');
    case 'api-key':
      return accessDenied('API key authentication is not supported for this operation.');
    // Their profile comes with their tokens; the list stays empty.
    case 'google':
    case 'github':
      return [];
    case 'idc':
    case 'external-idp':
      return arn === undefined ? [] : [{ arn, profileName: 'Example Organisation', status: 'ACTIVE' }];
  }
}
