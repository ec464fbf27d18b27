import * as vscode from 'vscode';
import type { Account, Origin } from '../../accounts/account';
import type { AccountStore } from '../../accounts/storage/accountStore';
import type { Arrival } from '../../accounts/storage/changes';
import type { Login } from '../../auth/credentials';
import { orAborted, SingleFlight, timeLimit } from '../../base/async';
import { KiroError, needsSignIn } from '../../base/errors';
import { sentences } from '../../base/words/l10n';
import type { Catalog } from '../../kiro/account/catalog';
import type { Management, Profile } from '../../kiro/account/management';
import { type Model, recommended } from '../../kiro/account/models';
import type { Limits } from '../../kiro/account/usage/accountLimits';
import type { Person } from '../../kiro/account/usage/usageLimits';
import { openChat } from '../chat/chatReadiness';
import type { ErrorReporter } from '../errorReporter';
import { reached } from '../host/walkthrough';
import { readOnlyName } from '../messages/accountWords';
import { sentenceFor, withoutMarkup } from '../messages/errorSentences';
import { openChatSentence } from '../messages/newcomerSentences';
import { onboardingWords, readySentence } from '../messages/signInDialogs';
import { cancellable } from './progress';

export interface OnboardingDeps {
  accounts: AccountStore;
  management: Management;
  catalog: Catalog;
  limits: Limits;
  errors: ErrorReporter;
  /** Shows the notice of the first sign-in; false where the person declines. */
  acceptNotice: () => Promise<boolean>;
  /** Asks the service whose login this is, before it belongs to an account. */
  identify: (login: Login, signal: AbortSignal) => Promise<Person>;
  /** The ARN of the profile to take without asking, if it is among several; may be empty. */
  preferredProfile: () => string;
  /** Whether a source can be given the tokens that are renewed here. */
  canWrite: (origin: Origin) => Promise<boolean>;
  /** What the editor needs once an account is there. */
  prepareChat: () => Promise<void>;
}

/** The last steps of every sign-in and import: from a login to an account that can be used. */
export class Onboarding {
  private readonly profileSearches = new SingleFlight<string | undefined>();
  private readonly notices = new SingleFlight<boolean>();

  constructor(private readonly deps: OnboardingDeps) {}

  /** See OnboardingDeps. Two ways in that are begun at once get one notice, not one behind the other. */
  acceptNotice(): Promise<boolean> {
    return this.notices.run('', () => this.deps.acceptNotice());
  }

  /** Throws KiroError `storage` where an account could not be kept: before a sign-in, not after it. */
  async checkStorage(): Promise<void> {
    const { accounts } = this.deps;
    await accounts.read();
    await accounts.prove();
  }

  /** Adds logins that are here already; see `receive`. */
  async addWithProgress(...arrivals: Arrival[]): Promise<void> {
    await this.receive(() => arrivals);
  }

  /**
   * Adds the logins that `bring` gives, finds out whose they are and what they may use, and says that they are ready.
   * All of it under one notification: the editor shows no more than a few in a second, and the last one matters most.
   * Throws KiroError where a login turns out to have ended: then nothing is kept of that one.
   */
  async receive(bring: (signal: AbortSignal) => Arrivals): Promise<void> {
    const ready: Newcomer[] = [];
    try {
      await cancellable(onboardingWords.progress, async (signal) => {
        // All are here before any is asked about: a second login from the same place is no news about that place.
        const added: Added[] = [];
        let firstFailure: unknown;
        try {
          for await (const arrival of bring(signal)) added.push(await this.added(arrival));
        } catch (error) {
          firstFailure = error;
        }
        for (const one of added) {
          try {
            const newcomer = await this.welcome(one);
            if (newcomer) ready.push(newcomer);
          } catch (error) {
            firstFailure ??= error;
          }
        }
        if (firstFailure !== undefined) throw firstFailure;
      });
    } finally {
      if (ready.length > 0) {
        reached('accountAdded');
        await this.sayReady(ready);
      }
    }
  }

  /**
   * Gives an account another login, in place: it keeps its id, its name and the chats that use it. Somebody else's login
   * becomes an account of its own instead.
   */
  async replace(account: Account, login: Login): Promise<void> {
    const { accounts, identify, errors } = this.deps;
    // The person has approved this login: it is kept whatever becomes of the question whose it is.
    const person = await identify(login, timeLimit(getToKnowLimitMs)).catch((error: unknown) =>
      errors.note(error),
    );
    const { email, userId } = person ?? {};
    const arrival: Arrival = { login: { ...login, email, userId }, origin: { kind: 'own' } };
    const { outcome } = await accounts.replaceLogin(account.id, arrival);
    if (outcome === 'replaced') {
      void vscode.window.showInformationMessage(onboardingWords.signedInAgain(account));
      return;
    }
    if (outcome === 'different-person')
      void vscode.window.showInformationMessage(onboardingWords.differentPerson(email, account));
    await this.addWithProgress(arrival);
  }

  /** The profile of an account whose chats Kiro takes only with one; see `KiroHttpDeps.findProfile`. Never throws. */
  async findProfile(accountId: string, signal: AbortSignal): Promise<string | undefined> {
    const found = this.profileSearches.run(accountId, async () => {
      const account = await this.deps.accounts.find(accountId);
      return account && (account.profileArn ?? (await this.keepProfile(account))?.arn);
    });
    return await orAborted(found, signal).catch((error: unknown) => {
      if (!signal.aborted) this.deps.errors.note(error);
      return undefined;
    });
  }

  private async added(arrival: Arrival): Promise<Added> {
    const { accounts, canWrite } = this.deps;
    if (!(await canWrite(arrival.origin)))
      void vscode.window.showWarningMessage(readOnlyName(arrival.origin));
    return await accounts.add(arrival);
  }

  private async welcome({ account, outcome }: Added): Promise<Newcomer | undefined> {
    const { accounts, errors, prepareChat } = this.deps;
    try {
      const known = await this.getToKnow(account);
      return { ...known, outcome };
    } catch (error) {
      if (!(error instanceof KiroError)) throw error;
      if (outcome === 'added' && needsSignIn(error)) {
        await accounts.remove(account.id);
        throw error;
      }
      errors.note(error);
      const failure = withoutMarkup(sentenceFor(error));
      void vscode.window.showWarningMessage(onboardingWords.halfAdded(account, failure));
      return undefined;
    } finally {
      await prepareChat();
    }
  }

  private async getToKnow(account: Account): Promise<Omit<Newcomer, 'outcome'>> {
    const { accounts, management, catalog, limits } = this.deps;
    // Each question has a limit of its own: between them, a person may take their time to choose.
    const asker = () => ({ accountId: account.id, signal: timeLimit(getToKnowLimitMs) });
    if (!account.profileArn && account.grant.kind !== 'apiKey') await this.keepProfile(account);
    const { person, subscription } = await management.usageLimits(asker());
    // May turn out to be an account that is here already: then that one goes on.
    const known = (await accounts.describe(account.id, person)) ?? account;
    await limits.remember(known, subscription);
    await catalog.refresh(known, asker().signal);
    return { account: known, plan: subscription.plan };
  }

  /** Chooses one of an account's profiles and stores it. None where there is none, or the person chooses none. */
  private async keepProfile(account: Account): Promise<Profile | undefined> {
    const { accounts, management } = this.deps;
    const asker = { accountId: account.id, signal: timeLimit(getToKnowLimitMs) };
    const profile = await this.chooseProfile(account, await management.profiles(asker));
    if (profile) await accounts.describe(account.id, { profileArn: profile.arn, profileName: profile.name });
    return profile;
  }

  private async chooseProfile(account: Account, profiles: Profile[]): Promise<Profile | undefined> {
    const preferred = profiles.find(({ arn }) => arn === this.deps.preferredProfile());
    if (preferred || profiles.length <= 1) return preferred ?? profiles[0];
    return await askForProfile(account, profiles);
  }

  /** Settles when it is said, not when the person has answered. */
  private async sayReady(ready: readonly Newcomer[]): Promise<void> {
    const { errors } = this.deps;
    const model = await this.firstModel(ready);
    if (model) {
      // First, because it takes the focus: whoever reads that all is ready may go on at once.
      await openChat(model.id).catch((error: unknown) => errors.show(error));
      void vscode.window.showInformationMessage(readySentence(ready));
    } else {
      this.offerChat(ready).catch((error: unknown) => errors.show(error));
    }
  }

  private async offerChat(ready: readonly Newcomer[]): Promise<void> {
    const { sentence, button } = openChatSentence;
    const said = sentences(readySentence(ready), sentence);
    if (await vscode.window.showInformationMessage(said, button)) await openChat();
  }

  /** What the chat begins with, where these accounts are the first. */
  private async firstModel(ready: readonly Newcomer[]): Promise<Model | undefined> {
    const stored = await this.deps.accounts.read().catch((error: unknown) => this.deps.errors.note(error));
    if (!stored) return undefined;
    const { accounts, activeId } = stored;
    const isFirst = accounts.every(({ id }) =>
      ready.some(({ account, outcome }) => account.id === id && outcome === 'added'),
    );
    const active = accounts.find(({ id }) => id === activeId);
    return isFirst && active ? recommended(this.deps.catalog.list(active).models) : undefined;
  }
}

/** Logins as they come, one by one. */
export type Arrivals = Iterable<Arrival> | AsyncIterable<Arrival>;

type Added = Awaited<ReturnType<AccountStore['add']>>;

interface Newcomer extends Added {
  plan: string | undefined;
}

const getToKnowLimitMs = 60_000;

async function askForProfile(account: Account, profiles: Profile[]): Promise<Profile | undefined> {
  const picked = await vscode.window.showQuickPick(
    profiles.map((profile) => ({
      label: profile.name,
      description: profile.arn.split(':')[3] ?? '',
      profile,
    })),
    {
      title: onboardingWords.profile(account),
      placeHolder: onboardingWords.whichProfile,
      ignoreFocusOut: true,
    },
  );
  return picked?.profile;
}
