import { type Check, type Finding, none, ok, problem } from './examination';
import type { Neighbor } from './neighbors';

/** What the editor says of itself. */
export interface Editor {
  /** Such as `1.139.1`. */
  version: string;
  /** Whether the built-in extension of the chat runs. */
  hasChat: boolean;
  /** Whether a person or an organization has turned all of it off. */
  isAiDisabled: boolean;
  /** Whether a provider group can be made here at all, and whether ours was heard of. */
  group: 'needless' | 'there' | 'missing';
  /** How many of our models the editor lists. */
  models: number;
  agentSessions: AgentSessions;
  /** Other extensions that have to do with Kiro. */
  neighbors: readonly Neighbor[];
  isTrusted: boolean;
  /** Where the extension runs: beside the window, on the machine that it shows, or in a browser's server. */
  side: 'local' | 'remote' | 'server' | 'wrong';
  /** Such as `ssh-remote` or `wsl`. */
  remoteName: string | undefined;
}

/** VS Code's newer kind of chat, which its agent host runs. No extension is told in which kind a person is. */
export interface AgentSessions {
  /** Whether our models are listed there. */
  models: 'absent' | 'shown' | 'hidden' | 'hidden-in-page';
  /** Whether a new chat is of that kind unless a person chooses another. */
  areDefault: boolean;
}

export type EditorFact =
  | { kind: 'host-version' | 'host-without-stop' | 'host-too-old'; version: string }
  | { kind: 'chat' | 'chat-off' | 'ai-off' }
  | { kind: 'group' | 'group-needless' | 'group-missing' }
  | { kind: 'models'; count: number }
  | { kind: 'models-withheld' }
  | { kind: 'agent-sessions'; sessions: AgentSessions }
  | { kind: 'neighbor'; neighbor: Neighbor }
  | { kind: 'no-neighbor' }
  | { kind: 'trusted' | 'restricted' }
  | { kind: 'side'; side: Editor['side']; remoteName: string | undefined };

/** The first version in which a model of an extension reaches the chat, and that in which Stop reaches the model. */
const floor = [1, 106];
const withStop = [1, 127];

/** What has to be so that chat works. `look` asks the editor once for all of them. */
export function editorChecks(look: () => Promise<Editor>, hasAccount: () => Promise<boolean>): Check[] {
  let looking: Promise<Editor> | undefined;
  const editor = () => {
    looking ??= look();
    return looking;
  };
  return [
    { id: 'host-version', run: async () => versionFinding((await editor()).version) },
    { id: 'chat', run: async () => chatFinding(await editor()) },
    { id: 'group', run: async () => groupFinding(await editor()) },
    { id: 'models', run: async () => modelsFinding(await editor(), await hasAccount()) },
    { id: 'agent-sessions', run: async () => sessionsFinding((await editor()).agentSessions) },
    { id: 'neighbors', run: async () => neighborFindings(await editor()) },
    {
      id: 'trust',
      run: async () =>
        (await editor()).isTrusted ? ok({ kind: 'trusted' }) : problem({ kind: 'restricted' }),
    },
    {
      id: 'side',
      run: async () => {
        const { side, remoteName } = await editor();
        return { state: side === 'wrong' ? 'problem' : 'ok', fact: { kind: 'side', side, remoteName } };
      },
    },
  ];
}

function versionFinding(version: string): Finding {
  if (isBefore(version, floor)) return problem({ kind: 'host-too-old', version });
  if (isBefore(version, withStop)) return problem({ kind: 'host-without-stop', version });
  return ok({ kind: 'host-version', version });
}

function isBefore(version: string, [major = 0, minor = 0]: readonly number[]): boolean {
  const [ofMajor = 0, ofMinor = 0] = version.split('.').map(Number);
  return ofMajor < major || (ofMajor === major && ofMinor < minor);
}

function chatFinding({ hasChat, isAiDisabled }: Editor): Finding {
  if (isAiDisabled) return problem({ kind: 'ai-off' });
  return hasChat ? ok({ kind: 'chat' }) : problem({ kind: 'chat-off' });
}

function groupFinding({ group }: Editor): Finding {
  switch (group) {
    case 'there':
      return ok({ kind: 'group' });
    case 'needless':
      return none({ kind: 'group-needless' });
    case 'missing':
      return problem({ kind: 'group-missing' });
  }
}

function modelsFinding({ models, isTrusted }: Editor, hasAccount: boolean): Finding {
  if (models > 0) return ok({ kind: 'models', count: models });
  // Of these the row of their own tells.
  if (!hasAccount || !isTrusted) return none({ kind: hasAccount ? 'restricted' : 'no-account' });
  return problem({ kind: 'models-withheld' });
}

/** That models are hidden in a kind of chat is a problem where chats begin in it. */
function sessionsFinding(sessions: AgentSessions): Finding {
  const fact = { kind: 'agent-sessions', sessions } as const;
  if (sessions.models === 'shown') return ok(fact);
  return sessions.areDefault ? problem(fact) : none(fact);
}

/** Another extension is no problem by itself: only one that takes the name which the models are listed under. */
function neighborFindings({ neighbors }: Editor): Finding[] {
  if (neighbors.length === 0) return [ok({ kind: 'no-neighbor' })];
  return neighbors.map((neighbor) => {
    const fact = { kind: 'neighbor', neighbor } as const;
    return neighbor.kind === 'same-vendor' ? problem(fact) : none(fact);
  });
}
