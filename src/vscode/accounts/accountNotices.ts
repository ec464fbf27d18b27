import * as vscode from 'vscode';
import type { Account } from '../../accounts/account';
import type { NewLogin } from '../../accounts/linked/newLogins';
import type { Choice } from '../../accounts/selection/rotation';
import type { AccountStore, HealthChange } from '../../accounts/storage/accountStore';
import type { RegistrationWarning } from '../../accounts/tokens/registrations';
import { timeLimit } from '../../base/async';
import type { ErrorReporter } from '../errorReporter';
import { accountNotices } from '../messages/accountSentences';
import { methodOf } from '../messages/accountWords';

export interface AccountNoticesDeps {
  accounts: AccountStore;
  errors: ErrorReporter;
  /** Makes an account of a login. */
  addLogin: (found: NewLogin) => Promise<void>;
  /** A new sign-in for an account that is here already. */
  signInAgain: (account: Account) => Promise<void>;
  memento: vscode.Memento;
}

const rereadLimitMs = 30_000;
const ignoredKey = 'kiroModels.ignoredLogins';

/** Tells a person what became of an account, once per change, with the button that mends it. */
export class AccountNotices implements vscode.Disposable {
  private readonly subscription: { dispose(): void };

  constructor(private readonly deps: AccountNoticesDeps) {
    this.subscription = deps.accounts.onDidChangeHealth(
      (change) => void this.tell(() => this.health(change)),
    );
  }

  dispose(): void {
    this.subscription.dispose();
  }

  /** Client registrations that end soon. */
  registrations(warnings: readonly RegistrationWarning[]): void {
    const { endsSoon, signInAgain } = accountNotices;
    for (const warning of warnings) {
      const take = () => this.deps.signInAgain(warning.account);
      void this.tell(() => this.offer(endsSoon(warning), signInAgain, take));
    }
  }

  /**
   * A chat goes on with another account. Not said in the answer itself: the model would read it as its own words, and
   * an edit or a commit message would contain it.
   */
  passedOn({ account: to, insteadOf: from }: Required<Choice>): void {
    const { passedOn, switchAccount } = accountNotices;
    const take = () => this.deps.accounts.setActive(to.id);
    void this.tell(() => this.offer(passedOn(from, to), switchAccount, take));
  }

  /** Somebody signed in to Kiro CLI anew. Settles when the person has answered; what they answered to is read again then. */
  newLogin(found: NewLogin, reread: (signal: AbortSignal) => Promise<NewLogin | undefined>): Promise<void> {
    return this.tell(async () => {
      const who = found.login.email ?? methodOf(found);
      const { newLogin, addAccount, ignore, newLoginGone } = accountNotices;
      const chosen = await vscode.window.showInformationMessage(newLogin(who), addAccount, ignore);
      const { addLogin, memento } = this.deps;
      if (chosen === ignore) {
        await memento.update(ignoredKey, [...memento.get<string[]>(ignoredKey, []), found.identity]);
      }
      if (chosen !== addAccount) return;
      const current = await reread(timeLimit(rereadLimitMs));
      if (current) await addLogin(current);
      else void vscode.window.showInformationMessage(newLoginGone(who));
    });
  }

  /** Whether the person does not want to hear of a login in Kiro CLI. */
  isIgnored(identity: string): boolean {
    return this.deps.memento.get<string[]>(ignoredKey, []).includes(identity);
  }

  // Suspension and used-up credits show in a chat, which says so itself; a login may end while nobody looks.
  private async health({ account }: HealthChange): Promise<void> {
    const { health } = account;
    if (health !== 'signed-out' && health !== 'registration-expired') return;
    const { ended, signInAgain } = accountNotices;
    await this.offer(ended(account), signInAgain, () => this.deps.signInAgain(account));
  }

  private async offer(sentence: string, button: string, take: () => Promise<unknown>): Promise<void> {
    const chosen = await vscode.window.showWarningMessage(sentence, button);
    if (chosen) await take();
  }

  private tell(notice: () => Promise<void>): Promise<void> {
    return notice().catch((error: unknown) => this.deps.errors.show(error));
  }
}
