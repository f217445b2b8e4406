/** The words of the first page: what waits for a person. */

const plural = (count: number, one: string, many: string): string => (count === 1 ? one : many)

type Kind = { told: (count: number, formatted: string) => string; button: string }

const kind = (one: string, many: string, button: string): Kind => ({
  told: (count, formatted) => `${formatted} ${plural(count, one, many)}`,
  button,
})

export const today = {
  page: 'Início',
  title: 'Precisa de você',
  nothing: 'Nada espera por você agora.',
  inFile: (name: string) => `em ${name}`,
  more: (files: number, formatted: string) =>
    `E mais ${formatted} ${plural(files, 'item', 'itens')}: ver todos os envios`,
  moreThan: (formatted: string) => `E mais de ${formatted} outros itens: ver todos os envios`,
  kinds: {
    stopped: { told: () => 'Envio parado', button: 'Ver e retomar' },
    check: kind('boleto conferido e não emitido', 'boletos conferidos e não emitidos', 'Conferir'),
    rejects: kind('linha rejeitada', 'linhas rejeitadas', 'Corrigir'),
    failed: kind('e-mail não entregue', 'e-mails não entregues', 'Ver e reenviar'),
    uncertain: kind('envio incerto', 'envios incertos', 'Decidir'),
  } as Record<'stopped' | 'check' | 'rejects' | 'failed' | 'uncertain', Kind>,
}
