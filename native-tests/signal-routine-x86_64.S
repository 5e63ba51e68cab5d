# The signal routine: writes the signal's number, one byte, to a pipe. Linux, x86-64.
#
#   void signal_routine(int signal)
#
# The descriptor is the 32-bit word after the code, filled in before the page becomes read-only. A full pipe (it does not
# block) loses the byte: then there are 65,536 unread ones. errno is libc's and stays as it was.
# The bytes are also in NativeRoutines.java, and a test compares them.

        .text
        .globl  signal_routine
        .type   signal_routine, @function
signal_routine:
        push    %rdi
        mov     %rsp, %rsi
        mov     .Ldescriptor(%rip), %edi
        mov     $1, %edx
        mov     $1, %eax                # write
        syscall
        pop     %rdi
        ret
        .balign 4, 0xcc
.Ldescriptor:
        .long   -1
        .size   signal_routine, . - signal_routine
        .section .note.GNU-stack, "", @progbits
