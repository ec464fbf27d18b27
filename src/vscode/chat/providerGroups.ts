import type * as vscode from 'vscode';

const expectsGroupKey = 'kiroModels.expectsGroup';
/** The host asks for the groups right after the call without one. */
const patienceMs = 1_500;

/** Whether the editor was last seen to have a plain group of ours. */
export function hasGroup(memento: vscode.Memento): boolean {
  return memento.get(expectsGroupKey) === true;
}

/**
 * Where the active account's models are listed: in our plain provider group, where there is one, because the host keeps
 * a model's settings (the effort) only for models of a group; otherwise in the call that the host makes without a
 * group. Never in both, nor in two groups, or they would be listed twice. Nobody tells which groups exist, so it is
 * learnt from the calls: first the one without a group, then one for each group.
 */
export class ProviderGroups implements vscode.Disposable {
  private lastAnswer: 'listed' | 'left-to-group' | undefined;
  private groupAsked = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly memento: vscode.Memento,
    /** Makes the host ask again. */
    private readonly askAgain: () => void,
  ) {}

  dispose(): void {
    clearTimeout(this.timer);
  }

  /** The host asks without a group. True where the models are to be listed here. */
  listsWithoutGroup(): boolean {
    if (this.lastAnswer === 'left-to-group' && !this.groupAsked) this.expect(false);
    this.groupAsked = false;
    clearTimeout(this.timer);
    if (!this.expected) {
      this.lastAnswer = 'listed';
      return true;
    }
    this.lastAnswer = 'left-to-group';
    this.timer = setTimeout(() => {
      // The group is gone; without this, so would be the models.
      if (!this.groupAsked) this.askAgain();
    }, patienceMs);
    return false;
  }

  /** The host asks for a group that names no account. True where the models are to be listed there. */
  listsInGroup(): boolean {
    // A person may have made a plain group besides ours: the first one has the models.
    if (this.groupAsked) return false;
    this.groupAsked = true;
    this.expect(true);
    if (this.lastAnswer !== 'listed') return true;
    // They are in the list already; from the next time on they are listed here.
    queueMicrotask(this.askAgain);
    return false;
  }

  private get expected(): boolean {
    return hasGroup(this.memento);
  }

  private expect(group: boolean): void {
    if (this.expected !== group) void this.memento.update(expectsGroupKey, group);
  }
}
