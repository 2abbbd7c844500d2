// What a month may cost, and who hears of it before it is spent.
import { BudgetsBudget } from '@cdktf/provider-aws/lib/budgets-budget/index.js';
import { Construct } from 'constructs';
import type { Fleet } from '../../../fleet/fleet.ts';
import { nameOf } from '../../names.ts';

interface Props {
  readonly fleet: Fleet;
  readonly topicArn: string;
}

/** Shares of the budget, in percent, and whether spent or expected by the end of the month. */
const warnings = [
  { threshold: 50, notificationType: 'ACTUAL' },
  { threshold: 80, notificationType: 'ACTUAL' },
  { threshold: 100, notificationType: 'ACTUAL' },
  { threshold: 100, notificationType: 'FORECASTED' },
] as const;

export class Spending extends Construct {
  constructor(scope: Construct, id: string, { fleet, topicArn }: Props) {
    super(scope, id);
    const { monthlyBudgetUsd, alertEmail } = fleet.estate;
    new BudgetsBudget(this, 'month', {
      name: nameOf.aws(fleet, 'month'),
      budgetType: 'COST',
      timeUnit: 'MONTHLY',
      limitAmount: monthlyBudgetUsd.toFixed(1),
      limitUnit: 'USD',
      // Cost allocation tags count from the day they are activated in the billing console.
      costFilter: [
        {
          name: 'TagKeyValue',
          values: [`user:project$evenkeel`, `user:environment$${fleet.environment}`],
        },
      ],
      notification: warnings.map((warning) => ({
        comparisonOperator: 'GREATER_THAN',
        thresholdType: 'PERCENTAGE',
        subscriberEmailAddresses: [alertEmail],
        subscriberSnsTopicArns: [topicArn],
        ...warning,
      })),
    });
  }
}
