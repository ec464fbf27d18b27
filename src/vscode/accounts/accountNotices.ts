import * as vscode from 'vscode';
import type { Account } from '../../accounts/account';
import type { NewLogin } from '../../accounts/linked/newLogins';
import type { Choice } from '../../accounts/selection/rotation';
import type { AccountStore, HealthChange } from '../../accounts/storage/accountStore';
import type { RegistrationWarning } from '../../accounts/tokens/registrations';
import { timeLimit } from '../../base/async';
import type { ErrorReporter } from '../errorReporter';
import { healthName, methodOf } from '../messages/accountWords';

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
    for (const { account, daysLeft } of warnings) {
      const when = daysLeft === 1 ? 'in a day' : `in ${daysLeft} days`;
      const sentence = `Your sign-in for ${account.label} ends ${when}, when its registration with AWS expires.`;
      void this.tell(() => this.offer(sentence, 'Sign In Again', () => this.deps.signInAgain(account)));
    }
  }

  /**
   * A chat goes on with another account. Not said in the answer itself: the model would read it as its own words, and
   * an edit or a commit message would contain it.
   */
  passedOn({ account: to, insteadOf: from }: Required<Choice>): void {
    const why = from.health === 'active' ? 'not available' : healthName(from.health).toLowerCase();
    const sentence = `Kiro account ${from.label}: ${why}. This chat continues with ${to.label}.`;
    void this.tell(() => this.offer(sentence, 'Switch Account', () => this.deps.accounts.setActive(to.id)));
  }

  /** Somebody signed in to Kiro CLI anew. Settles when the person has answered; what they answered to is read again then. */
  newLogin(found: NewLogin, reread: (signal: AbortSignal) => Promise<NewLogin | undefined>): Promise<void> {
    return this.tell(async () => {
      const who = found.login.email ?? methodOf(found);
      const sentence = `Kiro CLI is now signed in as ${who}. Use that login here too?`;
      const chosen = await vscode.window.showInformationMessage(sentence, 'Add Account', 'Ignore');
      const { addLogin, memento } = this.deps;
      if (chosen === 'Ignore') {
        await memento.update(ignoredKey, [...memento.get<string[]>(ignoredKey, []), found.identity]);
      }
      if (chosen !== 'Add Account') return;
      const current = await reread(timeLimit(rereadLimitMs));
      if (current) await addLogin(current);
      else void vscode.window.showInformationMessage(`Kiro CLI is no longer signed in as ${who}.`);
    });
  }

  /** Whether the person does not want to hear of a login in Kiro CLI. */
  isIgnored(identity: string): boolean {
    return this.deps.memento.get<string[]>(ignoredKey, []).includes(identity);
  }

  // Suspension and used-up credits show in a chat, which says so itself; a login may end while nobody looks.
  private async health({ account }: HealthChange): Promise<void> {
    const { label, health } = account;
    if (health !== 'signed-out' && health !== 'registration-expired') return;
    await this.offer(`Kiro account ${label}: ${healthName(health)}.`, 'Sign In Again', () =>
      this.deps.signInAgain(account),
    );
  }

  private async offer(sentence: string, button: string, take: () => Promise<unknown>): Promise<void> {
    const chosen = await vscode.window.showWarningMessage(sentence, button);
    if (chosen) await take();
  }

  private tell(notice: () => Promise<void>): Promise<void> {
    return notice().catch((error: unknown) => this.deps.errors.show(error));
  }
}
