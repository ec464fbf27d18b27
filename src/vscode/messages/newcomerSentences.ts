import { t } from '../../base/words/l10n';

// What people read before they have an account, and when the first one is there.

/** The entry of the model list that stands there while there is no account. */
export const setupEntry = {
  name: t('Add a Kiro Account…'),
  hint: t('ask it anything to begin'),
  tooltip: t(
    'Kiro’s models are listed here once a Kiro account is added. Pick this entry and ask: you choose how to sign in, and your question is answered.',
  ),
};

/** What other extensions are told that ask the entry which leads to an account. */
export const notAModel = t('No Kiro account is set up yet, so there is no model to ask.');

/** What to do with a further account. */
export const openChatSentence = {
  sentence: t('Choose a model in the chat’s model picker.'),
  button: t('Open Chat'),
};

/** A login that names nobody, by how it signed in. */
export const loginBy = (method: string) => t('the {0} login', method);

/** How a login of another program is offered by name. */
export const useLogin = (whose: string, program: string) => t('Use {0} from {1}', whose, program);
