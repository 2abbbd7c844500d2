// Lets AWS's delivery service write into one log group of this account, on behalf of this account only.
export const logDelivery = (groupArn: string, accountId: string, location: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'DeliverLogsOfThisAccount',
        Effect: 'Allow',
        Principal: { Service: 'delivery.logs.amazonaws.com' },
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: `${groupArn}:*`,
        Condition: {
          StringEquals: { 'aws:SourceAccount': accountId },
          ArnLike: { 'aws:SourceArn': `arn:aws:logs:${location}:${accountId}:*` },
        },
      },
    ],
  });
