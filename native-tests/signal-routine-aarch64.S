// The signal routine: writes the signal's number, one byte, to a pipe. Linux, aarch64, little-endian.
// See signal-routine-x86_64.S.

        .text
        .globl  signal_routine
        .type   signal_routine, %function
signal_routine:
        str     x0, [sp, #-16]!
        mov     x1, sp
        ldr     w0, .Ldescriptor
        mov     x2, #1
        mov     x8, #64                 // write
        svc     #0
        add     sp, sp, #16
        ret
.Ldescriptor:
        .long   -1
        .size   signal_routine, . - signal_routine
        .section .note.GNU-stack, "", %progbits
