import { KiroError, needsSignIn } from '../../base/errors';
import type { Management } from './management';
import type { Person } from './usage/usageLimits';

/**
 * Whom the service names for a login. Of an organization's it says so only with one of its profiles, so where none is known
 * the first one there is serves. Throws what `Management.usageLimits` and `Management.profiles` throw.
 */
export async function whoseLogin(
  managementFor: (profileArn: string | undefined) => Pick<Management, 'usageLimits' | 'profiles'>,
  profileArn: string | undefined,
  signal: AbortSignal,
): Promise<Person> {
  const ask = async (arn: string | undefined) => (await managementFor(arn).usageLimits({ signal })).person;
  try {
    return await ask(profileArn);
  } catch (error) {
    if (profileArn || !(error instanceof KiroError) || needsSignIn(error)) throw error;
    const [profile] = await managementFor(undefined).profiles({ signal });
    if (!profile) throw error;
    return await ask(profile.arn);
  }
}
