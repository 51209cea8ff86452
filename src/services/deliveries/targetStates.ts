import type { DeliveryTargetEntity } from '../../database/entities/delivery-target.entity.js';

/** What is written of a target whose state somebody changes. Whoever delivers at the moment does not hold it any more. */
type TargetState = Partial<
  Pick<DeliveryTargetEntity, 'pausedAt' | 'pauseReason' | 'failures' | 'dueAt' | 'leaseToken'>
>;

/** Of one that goes on, at once. */
export const goingOn = {
  pausedAt: null,
  pauseReason: null,
  failures: 0,
  dueAt: () => 'now()',
  leaseToken: null,
} as unknown as TargetState;

/** Of one that was changed and, where asked, is told nothing from now on. */
export function pausing(
  { pausedAt }: Pick<DeliveryTargetEntity, 'pausedAt'>,
  isPaused: boolean | null | undefined,
): TargetState {
  const pause = isPaused && !pausedAt ? { pausedAt: new Date(), pauseReason: 'somebody paused it' } : {};
  return { ...pause, leaseToken: null };
}
