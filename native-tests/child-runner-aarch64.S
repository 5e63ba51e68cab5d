// The child runner: walks the rows of a child's script. Linux, aarch64, little-endian.
// What it does and why is written in child-runner-x86_64.S. A system call keeps every register but x0, so this one needs
// no stack at all.

        .text
        .globl  child_runner
        .type   child_runner, %function
child_runner:
        mov     x9, x0                  // the row
        mov     x10, x1                 // the report
        mov     x11, #0                 // what FORK gave
next:   ldp     w8, w12, [x9]           // number, kind
        ldp     x0, x1, [x9, #8]
        ldp     x2, x3, [x9, #24]
        ldp     x4, x5, [x9, #40]
        cmp     w12, #3
        b.eq    check
        svc     #0
        cmp     w12, #1
        b.eq    forked
        cmp     w12, #2
        b.eq    back
        cmn     x0, #4095               // -4095 to -1 are errors
        b.cs    failed
step:   add     x9, x9, #64
        b       next
forked: cbnz    x0, parent
        add     x9, x9, #128
        b       next
parent: mov     x11, x0
        b       step
back:   mov     x0, x11
        ret
check:  ldr     w0, [x0]
        and     w0, w0, w1
        cmp     w0, w2
        b.eq    step
        mov     x0, x3
failed: neg     x0, x0
        ldr     x1, [x9, #56]
        lsr     x1, x1, x0              // by errno mod 64
        tbnz    x1, #0, step
        stp     x9, x0, [x10]
        dmb     ish                     // the report before the tid word that the kernel clears
        mov     x0, #127
        mov     x8, #94                 // exit_group
        svc     #0
        brk     #0                      // not reached
        .size   child_runner, . - child_runner
        .section .note.GNU-stack, "", %progbits
